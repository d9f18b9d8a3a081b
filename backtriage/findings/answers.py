"""The answers of the rulebook backtriage. Written by `python -m backtriage rules types`; do not edit."""

from collections.abc import Iterable
from typing import Literal, TypedDict


class Answers(TypedDict, total=False):
    """Answers by finding name; ``None`` is "not sure"."""

    exercise_chest_pain_or_faint: bool | None
    exercise_new_weakness: bool | None
    exercise_spread: bool | None
    exercise_new_leg_pain: bool | None
    leg_weakness: bool | None
    leg_weakness_new: bool | None
    foot_drop: bool | None
    leg_numb_tingling: bool | None
    both_legs_old: bool | None
    both_legs_old_unassessed: bool | None
    leg_pain_intolerable: bool | None
    cold_pale_leg: bool | None
    one_calf_swollen: bool | None
    stroke_signs: bool | None
    sudden_neck_pain_headache: bool | None
    meningitis_signs: bool | None
    eyelid_or_pupil: bool | None
    throat_trouble: bool | None
    neck_injury_any: bool | None
    neck_injury_danger: bool | None
    neck_injury_tingling: bool | None
    neck_injury_unexamined: bool | None
    neck_turn_limited: bool | None
    arm_weakness: bool | None
    arm_weakness_new: bool | None
    cord_signs_neck_worse: bool | None
    cord_signs_neck_steady: bool | None
    arm_numb_tingling: bool | None
    pregnancy_severe_signs: bool | None
    pregnancy_call_now_signs: bool | None
    ectopic_signs: bool | None
    back_pain_unchecked_since_cancer: bool | None
    cancer_in_bone: bool | None
    night_pain_stops_sleep: bool | None
    spine_tender_spot: bool | None
    wakes_second_half_night: bool | None
    better_with_movement: bool | None
    nsaid_helps_48h: bool | None
    relative_spa: bool | None
    arthritis_ever: bool | None
    enthesitis_ever: bool | None
    psoriasis_ever: bool | None
    ibd_or_uveitis_ever: bool | None
    painful_red_eye: bool | None
    sudden_no_trigger: bool | None
    sweating_or_sick: bool | None
    vascular_risk: bool | None
    artery_trouble: bool | None
    new_headache_50: bool | None
    sight_change_50: bool | None
    shoulders_hips_stiff: bool | None
    child_wont_walk: bool | None
    child_wakes: bool | None
    child_unwell: bool | None
    child_stiff_curve: bool | None
    neck_pain: bool | None
    upper_back_pain: bool | None
    mid_back_pain: bool | None
    lower_back_pain: bool | None
    buttock_pain: bool | None
    leg_pain_above_knee: bool | None
    leg_pain_below_knee: bool | None
    arm_pain: bool | None
    limb_nerve_feeling: bool | None
    getting_worse: bool | None
    not_improving: bool | None
    daily_life_stopped: bool | None
    not_back_to_normal: bool | None
    worse_on_strain: bool | None
    care_six_weeks_no_help: bool | None
    cannot_stand_upright: bool | None
    exercise_pain_over_15: bool | None
    first_episode: bool | None
    cannot_get_up_from_floor: bool | None
    knee_trouble: bool | None
    wrist_shoulder_trouble: bool | None
    balance_trouble: bool | None
    blood_pressure_uncontrolled: bool | None
    heart_condition: bool | None
    known_disc_problem: bool | None
    known_stenosis: bool | None
    known_spondylolisthesis: bool | None
    old_spine_surgery: bool | None
    known_scoliosis: bool | None
    hypermobility: bool | None
    saddle_numbness_new: bool | None
    new_bladder_change: bool | None
    new_bowel_change: bool | None
    genital_feeling_loss_new: bool | None
    both_legs_new: bool | None
    both_arms_new: bool | None
    legs_unsteady_new: bool | None
    emergency_nerve_unsaid: bool | None
    chest_pain_now: bool | None
    faint_or_shock: bool | None
    sudden_tearing_pain: bool | None
    sudden_severe_pain: bool | None
    pain_unrelated_to_movement: bool | None
    severe_abdominal_pain: bool | None
    new_abdominal_pain: bool | None
    breathless_or_blood: bool | None
    sepsis_signs: bool | None
    fever_or_shivers: bool | None
    weight_loss_unexplained: bool | None
    night_sweats: bool | None
    band_like_trunk_pain: bool | None
    old_nerve_signs: bool | None
    constant_pain_worsening: bool | None
    hot_painful_joint: bool | None
    legs_unsteady_old: bool | None
    saddle_bladder_bowel_old: bool | None
    urine_trouble: bool | None
    band_blisters: bool | None
    effort_trouble: bool | None
    too_many_painkillers: bool | None
    sexual_function_change_new: bool | None
    urine_colic_or_blood: bool | None
    kidney_infection_signs: bool | None
    vomiting_repeatedly: bool | None
    chest_pain_on_effort: bool | None
    blackout_on_effort: bool | None
    overdose_unwell_or_meant: bool | None
    recent_injury: bool | None
    spine_changed: bool | None
    sudden_onset_no_injury: bool | None
    sudden_onset_by_itself: bool | None
    joint_replacement_12_weeks: bool | None
    cannot_bear_weight: bool | None
    major_injury_recent: bool | None
    minor_injury_recent: bool | None
    injury_unexamined: bool | None
    bruise_or_graze_spine: bool | None
    new_spine_deformity: bool | None
    new_spine_lump: bool | None
    cancer_ever: bool | None
    weak_bones: bool | None
    long_steroids: bool | None
    fused_spine: bool | None
    aortic_aneurysm: bool | None
    blood_thinner: bool | None
    told_not_to_exercise: bool | None
    osteoporosis: bool | None
    known_spine_fracture: bool | None
    neck_instability_condition: bool | None
    downs_syndrome: bool | None
    injects_drugs: bool | None
    needle_or_drip: bool | None
    diabetes: bool | None
    weak_immune_or_tb: bool | None
    recent_infection: bool | None
    spine_procedure_3_months: bool | None
    serious_infection_or_dialysis: bool | None
    pregnancy_or_birth: bool | None
    pregnant: bool | None
    could_be_pregnant: bool | None
    birth_last_6_weeks: bool | None
    spine_surgery_12_weeks: bool | None
    cleared_exercise: bool | None
    cleared_flexion: bool | None
    cleared_extension_lift: bool | None
    cleared_weights: bool | None
    cleared_after_surgery: bool | None
    cleared_after_fracture: bool | None
    cleared_joint: bool | None
    cleared_effort: bool | None
    exercised_since_onset: bool | None
    exercise_sharp_pain: bool | None
    contacted_about_exercise_pain: bool | None
    pain_since_procedure: bool | None
    suicidal_thoughts: bool | None
    suicidal_immediate_danger: bool | None
    sickle_cell: bool | None
    dysreflexia_signs: bool | None
    startback_1: bool | None
    startback_2: bool | None
    startback_3: bool | None
    startback_4: bool | None
    startback_5: bool | None
    startback_6: bool | None
    startback_7: bool | None
    startback_8: bool | None
    exercise_pain_rise: int | None
    exercise_pain_peak: int | None
    exercise_pain_minutes: float | None
    exercise_sore_hours: int | None
    age: int | None
    pain_duration_days: int | None
    pain_score: int | None
    age_at_onset: int | None
    nerve_feeling_limb: Literal["leg", "arm", "both"] | None
    sex_at_birth: Literal["female", "male", "rather_not_say"] | None
    eases_direction: Literal["bending", "arching", "neither"] | None
    provokes_direction: Literal["bending", "arching", "both", "neither"] | None
    pain_side: Literal["left", "right", "both", "middle"] | None
    startback_9: Literal["not_at_all", "slightly", "moderately", "very_much", "extremely"] | None


class AnswersAndGroups(Answers, total=False):
    """Answers, and the groups that stand beside them."""

    denies: Iterable[str]
    not_sure: Iterable[str]
