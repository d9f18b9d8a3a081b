"""The urgency rules written by hand, as plain conditions on a dict: what the benchmark compares the library with.

Rule by rule, level by level, in the order of the rule files. It answers nothing but the worst level: no door, no
unknowns, no reasons, no exercises. What is not answered counts as absent, so it is right only where an assessment is
settled.
"""

from __future__ import annotations

import math
import re
from typing import Any

PLACES = (
    "neck_pain",
    "upper_back_pain",
    "mid_back_pain",
    "lower_back_pain",
    "buttock_pain",
    "leg_pain_above_knee",
    "leg_pain_below_knee",
    "arm_pain",
    "limb_nerve_feeling",
)
YES_NO = """
    arm_numb_tingling arm_weakness arm_weakness_new back_pain_unchecked_since_cancer band_blisters
    band_like_trunk_pain blackout_on_effort both_legs_new both_legs_old both_legs_old_unassessed
    breathless_or_blood bruise_or_graze_spine cannot_bear_weight chest_pain_now chest_pain_on_effort
    cold_pale_leg constant_pain_worsening cord_signs_neck_steady cord_signs_neck_worse ectopic_signs
    emergency_nerve_unsaid exercise_chest_pain_or_faint exercise_new_leg_pain exercise_new_weakness
    exercise_spread faint_or_shock fever_or_shivers foot_drop genital_feeling_loss_new hot_painful_joint
    kidney_infection_signs leg_numb_tingling leg_pain_intolerable leg_weakness leg_weakness_new
    legs_unsteady_new major_injury_recent meningitis_signs minor_injury_recent neck_injury_any
    neck_injury_danger neck_injury_tingling new_abdominal_pain new_bladder_change new_bowel_change
    new_spine_deformity new_spine_lump night_pain_stops_sleep night_sweats one_calf_swollen
    overdose_unwell_or_meant pain_unrelated_to_movement painful_red_eye pregnancy_call_now_signs
    pregnancy_severe_signs saddle_bladder_bowel_old saddle_numbness_new sepsis_signs severe_abdominal_pain
    sexual_function_change_new spine_tender_spot stroke_signs sudden_neck_pain_headache sudden_onset_no_injury
    sudden_severe_pain sudden_tearing_pain suicidal_immediate_danger suicidal_thoughts too_many_painkillers
    urine_colic_or_blood vomiting_repeatedly weight_loss_unexplained worse_on_strain
    aortic_aneurysm arthritis_ever birth_last_6_weeks blood_thinner cancer_ever cancer_in_bone diabetes
    enthesitis_ever fused_spine ibd_or_uveitis_ever injects_drugs known_spine_fracture long_steroids
    neck_instability_condition osteoporosis pregnant psoriasis_ever recent_infection relative_spa
    serious_infection_or_dialysis spine_procedure_3_months spine_surgery_12_weeks weak_immune_or_tb
    better_with_movement care_six_weeks_no_help daily_life_stopped first_episode getting_worse
    not_back_to_normal not_improving nsaid_helps_48h wakes_second_half_night
"""
NUMBERS = """
    age age_at_onset pain_duration_days pain_score exercise_pain_rise exercise_pain_peak exercise_pain_minutes
"""
DEFAULTS: dict[str, Any] = {
    **dict.fromkeys((*PLACES, *re.findall(r"\w+", YES_NO)), False),
    # Every comparison with it is false, as it must be for a number that is not known.
    **dict.fromkeys(re.findall(r"\w+", NUMBERS), math.nan),
}
IMPLIES = (
    ("arm_weakness_new", "arm_weakness"),
    ("both_legs_old_unassessed", "both_legs_old"),
    ("cancer_in_bone", "cancer_ever"),
    ("constant_pain_worsening", "getting_worse"),
    ("foot_drop", "leg_weakness"),
    ("leg_weakness_new", "leg_weakness"),
    ("neck_injury_danger", "neck_injury_any"),
    ("neck_injury_tingling", "neck_injury_any"),
    ("overdose_unwell_or_meant", "too_many_painkillers"),
    ("spine_surgery_12_weeks", "spine_procedure_3_months"),
    ("sudden_tearing_pain", "sudden_severe_pain"),
    ("suicidal_immediate_danger", "suicidal_thoughts"),
)


def worst_level(answers: dict[str, Any]) -> str:
    """The worst level of urgency among the rules that fire."""
    p = DEFAULTS | answers
    for finding, implied in IMPLIES:
        if p[finding]:
            p[implied] = True
    if emergency(p):
        return "emergency"
    if same_day(p):
        return "same_day"
    if soon(p):
        return "soon"
    if routine(p):
        return "routine"
    return "self_care"


def emergency(p: dict[str, Any]) -> bool:
    return (
        p["severe_abdominal_pain"]
        or (p["kidney_infection_signs"] and p["vomiting_repeatedly"])
        or (p["urine_colic_or_blood"] and p["pregnant"])
        or p["saddle_numbness_new"]
        or p["new_bladder_change"]
        or p["new_bowel_change"]
        or p["genital_feeling_loss_new"]
        or p["emergency_nerve_unsaid"]
        or p["both_legs_new"]
        or p["exercise_chest_pain_or_faint"]
        or p["major_injury_recent"]
        or (
            p["minor_injury_recent"]
            and (thin_bones(p) or p["age"] >= 65)
            and (limb_deficit(p) or p["new_spine_deformity"])
        )
        or (p["fused_spine"] and (p["minor_injury_recent"] or p["major_injury_recent"] or p["neck_injury_any"]))
        or p["cannot_bear_weight"]
        or p["neck_injury_danger"]
        or (p["neck_injury_any"] and p["age"] >= 65)
        or p["neck_injury_tingling"]
        or p["meningitis_signs"]
        or p["stroke_signs"]
        or p["sudden_neck_pain_headache"]
        or p["sepsis_signs"]
        or (p["fever_or_shivers"] and limb_deficit(p))
        or (p["fever_or_shivers"] and (high_infection_risk(p) or p["weak_immune_or_tb"]))
        or (p["hot_painful_joint"] and p["fever_or_shivers"])
        or p["overdose_unwell_or_meant"]
        or p["suicidal_immediate_danger"]
        or p["pregnancy_severe_signs"]
        or p["legs_unsteady_new"]
        or (
            p["cancer_ever"]
            and (
                limb_deficit(p)
                or p["leg_pain_below_knee"]
                or p["band_like_trunk_pain"]
                or p["saddle_bladder_bowel_old"]
            )
        )
        or p["cord_signs_neck_worse"]
        or (p["neck_pain"] and p["neck_instability_condition"] and (limb_deficit(p) or p["cord_signs_neck_steady"]))
        or p["chest_pain_now"]
        or p["faint_or_shock"]
        or p["sudden_tearing_pain"]
        or (p["new_abdominal_pain"] and p["age"] > 60)
        or (
            p["aortic_aneurysm"]
            and (
                p["pain_duration_days"] <= 14
                or p["sudden_severe_pain"]
                or p["new_abdominal_pain"]
                or p["getting_worse"]
            )
        )
        or p["breathless_or_blood"]
        or p["cold_pale_leg"]
        or (p["blood_thinner"] and p["sudden_severe_pain"] and limb_deficit(p))
    )


def same_day(p: dict[str, Any]) -> bool:
    return (
        p["urine_colic_or_blood"]
        or p["kidney_infection_signs"]
        or (p["cancer_ever"] and worrying_pain(p))
        or (p["constant_pain_worsening"] and (p["cancer_ever"] or high_infection_risk(p) or some_infection_risk(p)))
        or p["saddle_bladder_bowel_old"]
        or p["sexual_function_change_new"]
        or p["exercise_new_weakness"]
        or (
            p["minor_injury_recent"]
            and (p["sudden_severe_pain"] or p["pain_score"] >= 7)
            and (thin_bones(p) or p["age"] >= 65)
        )
        or (
            p["minor_injury_recent"]
            and (p["age"] >= 65) + p["long_steroids"] + p["osteoporosis"] + p["bruise_or_graze_spine"] >= 2
        )
        or (p["new_spine_deformity"] and (p["minor_injury_recent"] or thin_bones(p)))
        or (
            p["sudden_onset_no_injury"]
            and (thin_bones(p) or p["age"] > 70)
            and (p["pain_score"] >= 7 or p["sudden_severe_pain"] or p["new_spine_deformity"])
        )
        or p["fever_or_shivers"]
        or (high_infection_risk(p) and (p["pain_duration_days"] <= 90 or p["getting_worse"]))
        or p["band_blisters"]
        or p["painful_red_eye"]
        or p["hot_painful_joint"]
        or p["too_many_painkillers"]
        or p["suicidal_thoughts"]
        or (p["foot_drop"] or p["leg_weakness_new"])
        or p["arm_weakness_new"]
        or p["pregnancy_call_now_signs"]
        or p["ectopic_signs"]
        or p["cord_signs_neck_steady"]
        or (p["sudden_severe_pain"] and p["age"] > 60)
        or (p["pain_unrelated_to_movement"] and p["age"] >= 55 and p["pain_duration_days"] <= 14)
        or (p["blood_thinner"] and p["sudden_severe_pain"])
        or p["one_calf_swollen"]
    )


def soon(p: dict[str, Any]) -> bool:
    return (
        p["new_abdominal_pain"]
        or p["age"] < 16
        or p["back_pain_unchecked_since_cancer"]
        or p["weight_loss_unexplained"]
        or (p["weight_loss_unexplained"] and p["age"] >= 60)
        or p["constant_pain_worsening"]
        or p["band_like_trunk_pain"]
        or ((p["upper_back_pain"] or p["mid_back_pain"]) and p["first_episode"] and p["age"] > 55)
        or (raised_for_long(p) and (p["exercise_pain_peak"] >= 7 or p["exercise_new_leg_pain"]))
        or (p["new_spine_deformity"] or p["new_spine_lump"])
        or (p["sudden_onset_no_injury"] and (thin_bones(p) or p["age"] > 70))
        or (p["minor_injury_recent"] and (thin_bones(p) or p["age"] >= 65))
        or (some_infection_risk(p) and (p["pain_score"] >= 7 or p["getting_worse"] or p["night_sweats"]))
        or p["leg_weakness"]
        or p["arm_weakness"]
        or p["leg_pain_intolerable"]
        or p["both_legs_old_unassessed"]
        or (p["chest_pain_on_effort"] or p["blackout_on_effort"])
    )


def routine(p: dict[str, Any]) -> bool:
    return (
        p["pain_unrelated_to_movement"]
        or p["age"] < 18
        or p["cancer_ever"]
        or (p["age"] >= 60 and p["pain_duration_days"] > 42)
        or raised_for_long(p)
        or p["exercise_spread"]
        or thin_bones(p)
        or p["night_sweats"]
        or (chronic_young(p) and inflammatory_signs(p) >= 4)
        or (chronic_young(p) and inflammatory_signs(p) >= 3)
        or (chronic_young(p) and (p["ibd_or_uveitis_ever"] or p["psoriasis_ever"]))
        or p["leg_numb_tingling"]
        or p["arm_numb_tingling"]
        or ((p["leg_pain_above_knee"] or p["leg_pain_below_knee"]) and p["pain_duration_days"] > 42)
        or p["both_legs_old"]
        or p["pregnant"]
        or p["birth_last_6_weeks"]
        or (p["getting_worse"] or p["daily_life_stopped"])
        or (p["pain_duration_days"] >= 28 and p["not_improving"])
        or (p["first_episode"] and p["not_improving"] and p["age"] < 20 and p["pain_duration_days"] >= 14)
        or (p["first_episode"] and p["not_improving"] and p["age"] > 55 and p["pain_duration_days"] >= 14)
        or p["care_six_weeks_no_help"]
        or (p["pain_duration_days"] > 90 and p["not_back_to_normal"])
        or p["pain_score"] >= 7
        or p["minor_injury_recent"]
        or p["neck_injury_any"]
        or (p["known_spine_fracture"] or p["spine_surgery_12_weeks"])
        or nowhere(p)
        or p["aortic_aneurysm"]
    )


# -- what several rules ask for ---------------------------------------------------------------------------------------


def limb_deficit(p: dict[str, Any]) -> bool:
    return p["leg_weakness"] or p["arm_weakness"] or p["leg_numb_tingling"] or p["arm_numb_tingling"]


def thin_bones(p: dict[str, Any]) -> bool:
    return p["osteoporosis"] or p["known_spine_fracture"] or p["long_steroids"]


def high_infection_risk(p: dict[str, Any]) -> bool:
    return p["injects_drugs"] or p["spine_procedure_3_months"] or p["serious_infection_or_dialysis"]


def some_infection_risk(p: dict[str, Any]) -> bool:
    return p["diabetes"] or p["weak_immune_or_tb"] or p["recent_infection"] or p["long_steroids"]


def worrying_pain(p: dict[str, Any]) -> bool:
    return (
        p["neck_pain"]
        or p["upper_back_pain"]
        or p["mid_back_pain"]
        or p["getting_worse"]
        or p["constant_pain_worsening"]
        or p["worse_on_strain"]
        or p["night_pain_stops_sleep"]
        or p["spine_tender_spot"]
    )


def raised_for_long(p: dict[str, Any]) -> bool:
    return p["exercise_pain_peak"] > 3 and p["exercise_pain_rise"] > 0 and p["exercise_pain_minutes"] > 15


def chronic_young(p: dict[str, Any]) -> bool:
    return p["pain_duration_days"] > 90 and p["age_at_onset"] < 45


def inflammatory_signs(p: dict[str, Any]) -> int:
    return (
        (p["age_at_onset"] < 35)
        + p["wakes_second_half_night"]
        + p["buttock_pain"]
        + p["better_with_movement"]
        + p["nsaid_helps_48h"]
        + p["relative_spa"]
        + p["arthritis_ever"]
        + p["enthesitis_ever"]
        + p["psoriasis_ever"]
    )


def nowhere(p: dict[str, Any]) -> bool:
    return not any(p[place] for place in PLACES)
