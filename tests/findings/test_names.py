"""Names that a developer would try, and the ones that the hints have to name."""

from __future__ import annotations

import pickle
import subprocess
import sys
import tomllib
from collections.abc import Mapping

import backtriage as bt
import pytest
from backtriage.errors import did_you_mean
from backtriage.findings.door import MAX_CLOSE_MATCHES
from backtriage.rulebook.reading import default_rules

from small import small

BOOK = bt.default_rulebook()
FIELD = {
    # nerves to saddle, bladder, bowel and legs
    "saddle_anesthesia": "saddle_numbness_new",
    "saddle_anaesthesia": "saddle_numbness_new",
    "perineal_numbness": "saddle_numbness_new",
    "perianal_numbness": "saddle_numbness_new",
    "groin_numbness": "saddle_numbness_new",
    "bladder_incontinence": "new_bladder_change",
    "urinary_incontinence": "new_bladder_change",
    "urinary_retention": "new_bladder_change",
    "urine_retention": "new_bladder_change",
    "bladder_dysfunction": "new_bladder_change",
    "bowel_incontinence": "new_bowel_change",
    "fecal_incontinence": "new_bowel_change",
    "faecal_incontinence": "new_bowel_change",
    "bowel_dysfunction": "new_bowel_change",
    "bladder_bowel_dysfunction": "new_bladder_change new_bowel_change",
    "cauda_equina": "saddle_numbness_new new_bladder_change",
    "sexual_dysfunction": "sexual_function_change_new genital_feeling_loss_new",
    "erectile_dysfunction": "sexual_function_change_new",
    "bilateral_sciatica": "both_legs_new",
    "bilateral_leg_weakness": "both_legs_new",
    "gait_disturbance": "legs_unsteady_new",
    "unsteady_gait": "legs_unsteady_new",
    "ataxia": "legs_unsteady_new",
    # one leg, one arm
    "sciatica": "leg_pain_below_knee",
    "radiculopathy": "leg_pain_below_knee arm_pain",
    "radicular_pain": "leg_pain_below_knee arm_pain",
    "leg_pain": "leg_pain_above_knee leg_pain_below_knee",
    "motor_weakness": "leg_weakness_new arm_weakness_new",
    "motor_deficit": "leg_weakness_new arm_weakness_new",
    "progressive_weakness": "leg_weakness_new",
    "drop_foot": "foot_drop",
    "dropped_foot": "foot_drop",
    "leg_numbness": "leg_numb_tingling",
    "paresthesia": "limb_nerve_feeling leg_numb_tingling",
    "paraesthesia": "limb_nerve_feeling leg_numb_tingling",
    "pins_and_needles": "limb_nerve_feeling leg_numb_tingling",
    "arm_numbness": "arm_numb_tingling",
    "hand_weakness": "arm_weakness arm_weakness_new",
    # where it hurts
    "back_pain": "lower_back_pain upper_back_pain",
    "low_back_pain": "lower_back_pain",
    "lbp": "lower_back_pain",
    "lumbar_pain": "lower_back_pain",
    "lumbago": "lower_back_pain",
    "thoracic_pain": "mid_back_pain upper_back_pain",
    "cervical_pain": "neck_pain",
    "hip_pain": "buttock_pain hot_painful_joint",
    "calf_pain": "leg_pain_below_knee one_calf_swollen",
    "radiating_pain": "leg_pain_below_knee arm_pain",
    # injury and bones
    "trauma": "major_injury_recent",
    "recent_trauma": "major_injury_recent",
    "fall": "minor_injury_recent major_injury_recent",
    "recent_fall": "minor_injury_recent major_injury_recent",
    "car_accident": "major_injury_recent",
    "mva": "major_injury_recent",
    "fracture": "known_spine_fracture",
    "vertebral_fracture": "known_spine_fracture",
    "compression_fracture": "known_spine_fracture",
    "osteopenia": "osteoporosis",
    "unable_to_walk": "cannot_bear_weight legs_unsteady_new",
    "non_weight_bearing": "cannot_bear_weight",
    "spinal_deformity": "new_spine_deformity",
    "spinal_tenderness": "spine_tender_spot",
    # history and medicines
    "cancer": "cancer_ever",
    "cancer_history": "cancer_ever",
    "history_of_cancer": "cancer_ever",
    "hx_cancer": "cancer_ever",
    "malignancy": "cancer_ever",
    "tumor": "cancer_ever",
    "metastasis": "cancer_in_bone",
    "bone_mets": "cancer_in_bone",
    "steroids": "long_steroids",
    "steroid_use": "long_steroids",
    "corticosteroids": "long_steroids",
    "prednisone": "long_steroids",
    "anticoagulant": "blood_thinner",
    "anticoagulants": "blood_thinner",
    "warfarin": "blood_thinner",
    "aaa": "aortic_aneurysm",
    "abdominal_aortic_aneurysm": "aortic_aneurysm",
    "aortic_dissection": "sudden_tearing_pain",
    "iv_drug_use": "injects_drugs",
    "ivdu": "injects_drugs",
    "intravenous_drug_use": "injects_drugs",
    "immunosuppressed": "weak_immune_or_tb",
    "immunocompromised": "weak_immune_or_tb",
    "hiv": "weak_immune_or_tb",
    "tuberculosis": "weak_immune_or_tb",
    "diabetic": "diabetes",
    "pregnancy": "pregnant",
    "postpartum": "birth_last_6_weeks",
    "spinal_surgery": "spine_surgery_12_weeks old_spine_surgery",
    "back_surgery": "spine_surgery_12_weeks old_spine_surgery",
    "epidural": "spine_procedure_3_months",
    "spinal_injection": "spine_procedure_3_months",
    "dialysis": "serious_infection_or_dialysis",
    "endocarditis": "serious_infection_or_dialysis",
    "uti": "recent_infection kidney_infection_signs",
    # the whole body
    "fever": "fever_or_shivers",
    "chills": "fever_or_shivers",
    "temperature": "fever_or_shivers",
    "weight_loss": "weight_loss_unexplained",
    "unexplained_weight_loss": "weight_loss_unexplained",
    "night_pain": "night_pain_stops_sleep",
    "sepsis": "sepsis_signs",
    "chest_pain": "chest_pain_now chest_pain_on_effort",
    "shortness_of_breath": "breathless_or_blood",
    "dyspnea": "breathless_or_blood",
    "abdominal_pain": "new_abdominal_pain severe_abdominal_pain",
    "syncope": "faint_or_shock",
    "hematuria": "urine_colic_or_blood",
    "kidney_stones": "urine_colic_or_blood",
    "pyelonephritis": "kidney_infection_signs",
    "vomiting": "vomiting_repeatedly",
    "shingles": "band_blisters",
    "dvt": "one_calf_swollen",
    "overdose": "too_many_painkillers overdose_unwell_or_meant",
    "suicidal": "suicidal_thoughts suicidal_immediate_danger",
    "suicidal_ideation": "suicidal_thoughts",
    # the neck and the head
    "stroke": "stroke_signs",
    "thunderclap_headache": "sudden_neck_pain_headache",
    "neck_stiffness": "meningitis_signs",
    "meningitis": "meningitis_signs",
    "myelopathy": "cord_signs_neck_worse cord_signs_neck_steady",
    "whiplash": "neck_injury_any",
    "rheumatoid_arthritis": "neck_instability_condition",
    # inflammation
    "morning_stiffness": "better_with_movement wakes_second_half_night",
    "uveitis": "ibd_or_uveitis_ever",
    "crohns": "ibd_or_uveitis_ever",
    "psoriatic_arthritis": "psoriasis_ever arthritis_ever",
    "ankylosing_spondylitis": "fused_spine",
    "family_history_spondyloarthritis": "relative_spa",
    # known backs, fitness
    "herniated_disc": "known_disc_problem",
    "disc_herniation": "known_disc_problem",
    "slipped_disc": "known_disc_problem",
    "spinal_stenosis": "known_stenosis",
    "spondylolisthesis": "known_spondylolisthesis",
    "scoliosis": "known_scoliosis",
    "hypertension": "blood_pressure_uncontrolled",
    "heart_disease": "heart_condition",
    "dizziness": "balance_trouble",
    # figures
    "pain_level": "pain_score",
    "vas": "pain_score",
    "nrs": "pain_score",
    "pain_intensity": "pain_score",
    "severity": "pain_score",
    "duration": "pain_duration_days",
    "pain_duration": "pain_duration_days",
    "onset_days": "pain_duration_days",
    "age_years": "age",
    "side": "pain_side",
    "sex": "pregnant could_be_pregnant",
    "gender": "pregnant could_be_pregnant",
}


OTHERS = {
    # what the hints about them must not name
    "fever": "arthritis_ever",
    "feverish": "arthritis_ever",
    "leg_pain": "neck_pain",
    "arm_pains": "neck_pain",
}
SAID = tomllib.loads((default_rules() / "language" / "names.toml").read_text())["names"]
ANYTHING = {**BOOK.vocabulary.findings, **BOOK.vocabulary.checklists, **BOOK.exercises}


def named(hint):
    """The names in a hint."""
    return hint.split("`")[1::2]


def suggested(name):
    """The names in the hint about an answer to something unknown."""
    with pytest.raises(bt.ProfileError) as refused:
        bt.Profile({name: True})
    return named(refused.value.problems[0].hint)


def test_the_names_of_the_field_are_a_hundred_and_none_is_an_id():
    assert len(FIELD) >= 100
    assert FIELD.keys().isdisjoint(ANYTHING)


@pytest.mark.parametrize("name", FIELD)
def test_a_name_of_the_field_finds_its_finding_first_or_second(name):
    assert not set(suggested(name)[:2]).isdisjoint(FIELD[name].split())


@pytest.mark.parametrize("name", OTHERS)
def test_a_name_does_not_find_what_only_looks_like_it(name):
    assert OTHERS[name] not in suggested(name)


def test_leg_pain_finds_both_parts_of_the_leg():
    assert set(suggested("leg_pain")) == {"leg_pain_above_knee", "leg_pain_below_knee"}


@pytest.mark.parametrize("written", ["Leg Pain", "legPain", "LEG-PAIN", "leg pain"])
def test_capitals_and_what_stands_between_words_do_not_matter(written):
    assert suggested(written) == suggested("leg_pain")


@pytest.mark.parametrize("id_", SAID)
def test_every_name_that_programs_use_finds_what_it_stands_for(id_):
    assert id_ in ANYTHING
    for name in SAID[id_]:
        assert name.replace(" ", "_") not in ANYTHING
        assert id_ in suggested(name)


def test_every_misspelt_finding_finds_itself():
    for id_ in BOOK.vocabulary.findings:
        for slip in (id_[:-1], id_ + "x", id_.replace("_", ""), id_.title()):
            if slip not in ANYTHING and not id_[-1].isdigit():  # some differ in nothing else
                assert id_ in suggested(slip), slip


def test_a_name_like_nothing_has_no_hint():
    for name in ("qwxz", "___", "", "x" * 500, "foo", "é", "\ud800", "\u75db\u307f", "\0"):
        assert suggested(name) == []


def test_a_hint_takes_letters_of_every_script_and_signs_for_what_they_are():
    columns = ["\u75db\u307f", "gr\u00f6\u00dfe", "--", "age"]
    assert did_you_mean("gr\u00f6sse", columns) == "did you mean `gr\u00f6\u00dfe`?"
    assert did_you_mean("++", columns) == did_you_mean("\u5c71", columns) == did_you_mean("", columns) == ""


def test_of_thousands_of_misspelt_names_only_the_first_are_looked_for():
    with pytest.raises(bt.ProfileError) as refused:
        bt.Profile({"fever" + " " * number: True for number in range(3_000)})
    hints = [problem.hint for problem in refused.value.problems]
    assert len(hints) == 3_000
    assert [number for number, hint in enumerate(hints) if hint] == list(range(MAX_CLOSE_MATCHES))


def test_hints_need_no_extra_and_an_import_and_a_valid_profile_need_no_hints():
    program = """
import sys
sys.modules["rapidfuzz"] = sys.modules["spellchecker"] = None
import backtriage as bt
bt.assess(age=41, engine="reference")
from backtriage.rulebook.reading.spoken import spoken_in
assert "backtriage.free_text" not in sys.modules and not spoken_in.cache_info().misses
try:
    bt.Profile(saddle_anesthesia=True)
except bt.ProfileError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - our own
    assert done.stdout == "saddle_anesthesia: unknown finding; did you mean `saddle_numbness_new`?\n"


def test_an_overlays_words_find_its_findings(tmp_path):
    book = small(tmp_path)
    words = tmp_path / "language"
    words.mkdir()
    (words / "names.toml").write_text('[names]\npain = ["vas"]\n')
    with pytest.raises(bt.ProfileError, match="did you mean `pain`"):
        bt.Profile(vas=1, rulebook=book)


@pytest.mark.parametrize("text", ["[names", "names = 3", "[names]\npain = 3", "[[finding]]\nid = 3"])
def test_words_that_cannot_be_used_leave_a_hint_to_the_others(text, tmp_path):
    book = small(tmp_path)
    words = tmp_path / "language"
    words.mkdir()
    (words / "names.toml").write_text(text)
    with pytest.raises(bt.ProfileError, match="pian: unknown finding; did you mean `pain`"):
        bt.Profile(pian=1, rulebook=book)


def test_a_name_for_something_unknown_is_a_problem_of_the_words(tmp_path):
    book = small(tmp_path)
    words = tmp_path / "language"
    words.mkdir()
    (words / "names.toml").write_text('[names]\npian = ["vas"]\n')
    with pytest.raises(bt.RulebookError, match="unknown `pian`; did you mean `pain`"):
        bt.read_message("it hurts", rulebook=book)


# -- by name ----------------------------------------------------------------------------------------------------------

NOBODY = bt.assess(engine="reference")
LOOKUPS = {
    "a profile": (lambda: bt.Profile()["agee"], "age"),
    "why an exercise": (lambda: NOBODY.explain("sit ups"), "sit_up"),
    "the status of one": (lambda: NOBODY.status("bridg"), "bridge"),
    "what would allow it": (lambda: NOBODY.what_if("planks"), "plank"),
    "its figure": (lambda: bt.figure("bridg"), "bridge"),
    "an exercise": (lambda: BOOK.exercise("situps"), "sit_up"),
    "an exercise of the catalogue": (lambda: BOOK.exercises["bridg"], "bridge"),
    "a rule": (lambda: BOOK.rule("ces-bladdr"), "ces-bladder"),
    "a source": (lambda: BOOK.sources["nice-ng5"], "nice-ng59"),
    "a finding": (lambda: BOOK.vocabulary.findings["feverr"], "fever_or_shivers"),
    "a checklist": (lambda: BOOK.vocabulary.checklists["leg_sign"], "leg_signs"),
    "a level's texts": (lambda: BOOK.messages.levels["emergancy"], "emergency"),
    "an engine": (lambda: bt.assess(engine="durabel"), "durable"),
    "a level": (lambda: bt.Urgency("emergancy"), "emergency"),
}


@pytest.mark.parametrize(("look", "meant"), LOOKUPS.values(), ids=LOOKUPS)
def test_a_lookup_of_an_unknown_name_is_an_error_with_a_hint(look, meant):
    with pytest.raises(bt.UnknownName) as raised:
        look()
    error = raised.value
    assert meant in str(error)
    assert isinstance(error, KeyError)
    assert isinstance(error, bt.BacktriageError)
    assert "; " in str(error)
    assert not str(error).startswith(("'", '"'))
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 - our own


def test_a_profile_is_still_a_mapping():
    profile = bt.Profile(age=41)
    assert isinstance(profile, Mapping)
    assert profile.get("agee") is None
    assert profile.get("agee", 5) == 5
    assert profile.get("age") == 41
    assert "agee" not in profile
    assert "age" in profile
    assert 5 not in profile
    assert ["age"] not in profile
    assert profile.get("leg_signs") is None
    assert dict(profile)["age"] == 41


def test_a_checklist_looked_up_as_a_finding_says_what_it_is():
    with pytest.raises(bt.UnknownName, match="leg_signs: a checklist, not a finding; give it in denies"):
        bt.Profile()["leg_signs"]


@pytest.mark.parametrize("name", ["sit_up", "Sit up", "SIT-UP", "Full sit-up", "full  sit up"])
def test_an_exercise_goes_by_its_id_or_its_name_however_it_is_written(name):
    assert NOBODY.explain(name) == NOBODY.explain("sit_up")
    assert NOBODY.status(name) == "excluded"
    assert NOBODY.what_if(name).exercise.id == "sit_up"
    assert bt.figure(name) is None


def test_every_exercise_goes_by_its_name_or_shares_it():
    for exercise in BOOK.exercises.values():
        same = [one.id for one in BOOK.exercises.values() if one.name.lower() == exercise.name.lower()]
        if len(same) == 1:
            assert BOOK.exercise(exercise.name) is exercise


@pytest.mark.parametrize("name", [None, 5, ["sit_up"], "", "q" * 1_000])
def test_what_is_no_name_of_an_exercise_is_refused(name):
    with pytest.raises(bt.UnknownName, match="unknown exercise"):
        NOBODY.explain(name)


def test_an_interview_refuses_an_unknown_name_with_a_hint():
    interview = bt.Interview()
    for answer in (lambda: interview.answer(agee=41), lambda: interview.answer({"agee": 41})):
        with pytest.raises(bt.ProfileError, match="did you mean `age`"):
            answer()
