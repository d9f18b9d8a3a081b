import backtriage as bt


def test_bladder_or_bowel_loss_means_emergency():
    for finding in ("new_bladder_change", "new_bowel_change"):
        assert bt.assess({finding: True}).urgency is bt.Urgency.EMERGENCY
