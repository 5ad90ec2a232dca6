//! One record of each kind with every field filled: a struct literal without a rest, so that a new field has to
//! be added here too.

use super::*;

pub(super) fn filled(kind: Kind) -> AnyRecord {
    match kind {
        Kind::Patient => patient().into(),
        Kind::Condition => condition().into(),
        Kind::Medication => medication().into(),
        Kind::Allergy => allergy().into(),
        Kind::Assessment => assessment().into(),
        Kind::SupportPerson => support_person().into(),
        Kind::CareTeamMember => care_team_member().into(),
        Kind::Coverage => coverage().into(),
        Kind::Communication => communication().into(),
        Kind::Goal => goal().into(),
        Kind::CarePlan => care_plan().into(),
        Kind::Appointment => appointment().into(),
        Kind::Visit => visit().into(),
        Kind::Observation => observation().into(),
        Kind::Education => education().into(),
        Kind::TreatmentChange => treatment_change().into(),
        Kind::Task => task().into(),
        Kind::Attachment => attachment().into(),
        Kind::Staff => staff().into(),
        Kind::Instrument => instrument().into(),
        Kind::Agency => agency().into(),
    }
}

pub(super) fn patient() -> Patient {
    Patient {
        given: "Agnes Marie".into(),
        family: "Doyle".into(),
        preferred: "Aggie".into(),
        birth_date: Some(date("1941-03-09")),
        sex: Sex::Female,
        phones: phones(),
        address: Address {
            line: "12 Elm Street".into(),
            city: "Worcester".into(),
            state: "MA".into(),
            postal_code: "01602".into(),
            country: "US".into(),
            door_code: "4711".into(),
            dog: "Friendly terrier".into(),
            parking: "In the yard".into(),
        },
        language: Some(Coding::new(code_system::BCP_47, "pl", "Polish")),
        needs_interpreter: true,
        identifiers: one(Identifier {
            system: "https://hospital.example/mrn".into(),
            value: "00471".into(),
            label: "Medical record number".into(),
        }),
        deceased: Some(date("2027")),
        entered_in_error: true,
    }
}

pub(super) fn condition() -> Condition {
    Condition {
        code: snomed("59621000", "Essential hypertension"),
        clinical_status: ConditionStatus::Recurrence,
        verification_status: ConditionVerification::Provisional,
        onset: Some(date("2011")),
        abatement: Some(date("2019-05")),
        omaha_problem: Some(OmahaProblem::Circulation),
        note: "Runs in the family.".into(),
        entered_in_error: true,
    }
}

pub(super) fn medication() -> Medication {
    Medication {
        code: Some(Coding::new(code_system::RXNORM, "860975", "Metformin 500 MG")),
        dose: "500 mg".into(),
        route: snomed("26643006", "Oral route"),
        frequency: "twice daily with meals".into(),
        as_needed: true,
        status: MedicationStatus::OnHold,
        start: Some(date("2020-01-01")),
        stop: Some(date("2026-12-01")),
        prescriber: Some(record(2)),
        reason: Some(record(3)),
        reason_text: "Diabetes".into(),
        last_reconciled_by: Some(someone()),
        last_reconciled_at: Some(at(1)),
        note: "Keeps them in the kitchen.".into(),
        entered_in_error: true,
    }
}

pub(super) fn allergy() -> Allergy {
    Allergy {
        substance: Some(Coding::new(code_system::RXNORM, "7980", "Penicillin")),
        category: Some(AllergyCategory::Medication),
        criticality: Criticality::High,
        reactions: one(Reaction {
            manifestation: snomed("247472004", "Hives"),
            severity: Some(ReactionSeverity::Severe),
            onset: Some(date("1998")),
            entered_in_error: false,
        }),
        clinical_status: AllergyStatus::Inactive,
        verification_status: AllergyVerification::Confirmed,
        onset: Some(date("1998")),
        note: "Carries an injector.".into(),
        entered_in_error: true,
    }
}

pub(super) fn assessment() -> Assessment {
    Assessment {
        instrument: Some(record(4)),
        instrument_title: "Morse Fall Scale".into(),
        instrument_version: "1".into(),
        status: AssessmentStatus::Completed,
        answers: [
            ("aids".to_owned(), Answer::Text("walker".into())),
            ("aids#2".to_owned(), Answer::Text("cane".into())),
            ("fallen".to_owned(), Answer::Boolean(true)),
            ("falls".to_owned(), Answer::Integer(2)),
            ("speed".to_owned(), Answer::Decimal(0.6)),
        ]
        .into(),
        score: Some(55.0),
        risk: Some(Risk::High),
        performed_by: Some(someone()),
        performed_at: Some(at(1)),
        visit: Some(record(5)),
        summary: "Unsteady at night.".into(),
        entered_in_error: true,
    }
}

pub(super) fn support_person() -> SupportPerson {
    SupportPerson {
        name: "Nora Doyle".into(),
        relationship: Relationship::Daughter,
        phones: phones(),
        lives_with_patient: true,
        caregiver_role: CaregiverRole::Primary,
        availability: "Weekday evenings".into(),
        may_receive_information: true,
        no_longer_involved: true,
        note: "Works nights in June.".into(),
        entered_in_error: true,
    }
}

pub(super) fn care_team_member() -> CareTeamMember {
    CareTeamMember {
        name: "Dr. Elizbeth Ratke".into(),
        organisation: "Elm Street Practice".into(),
        role: "Primary care physician".into(),
        phones: phones(),
        fax: "+1 508 555 0101".into(),
        email: "ratke@practice.example".into(),
        npi: "1234567893".into(),
        status: CareTeamStatus::Inactive,
        note: "Prefers fax.".into(),
        entered_in_error: true,
    }
}

pub(super) fn coverage() -> Coverage {
    Coverage {
        payer: "Medicare".into(),
        plan: "Part A".into(),
        member_id: "1EG4-TE5-MK73".into(),
        period: period("2026-01-01", "2026-12-31"),
        status: CoverageStatus::Cancelled,
        authorisations: one(Authorisation {
            number: "A-100".into(),
            service: Some(Coding::new(code_system::HCPCS, "G0299", "Skilled nursing by an RN")),
            visits_approved: Some(12),
            period: period("2026-10-01", "2026-12-31"),
            status: AuthorisationStatus::Approved,
        }),
        note: "Asked on the phone.".into(),
        entered_in_error: true,
    }
}

pub(super) fn communication() -> Communication {
    Communication {
        direction: Direction::Incoming,
        medium: Medium::Fax,
        with_whom: Some(record(6)),
        with_name: "Dr. Ratke".into(),
        happened_at: Some(at(1)),
        staff: Some(someone()),
        topic: "Wound culture".into(),
        summary: "The culture is clear.".into(),
        outcome: "No new order".into(),
        follow_up: Some(record(7)),
        entered_in_error: true,
    }
}

pub(super) fn goal() -> Goal {
    Goal {
        description: "Walk to church again".into(),
        condition: Some(record(3)),
        omaha_problem: Some(OmahaProblem::PhysicalActivity),
        target: Target {
            measure: Some(vitals::vital_of(vitals::SYSTOLIC).expect("a vital sign").coding()),
            comparator: Comparator::AtMost,
            value: Some(Quantity::new(140.0, "mm[Hg]")),
            due: Some(date("2027-03-01")),
        },
        status: GoalStatus::Accepted,
        achievement: Achievement::Improving,
        ratings: one(Rating {
            rated_at: Some(at(1)),
            rated_by: Some(someone()),
            knowledge: Some(3),
            behavior: Some(2),
            status: Some(4),
            entered_in_error: false,
        }),
        start: Some(date("2026-11-01")),
        entered_in_error: true,
    }
}

pub(super) fn care_plan() -> CarePlan {
    CarePlan {
        title: "Wound care".into(),
        category: snomed("225358003", "Wound care"),
        status: CarePlanStatus::Active,
        period: period("2026-10-01", "2026-12-31"),
        description: "Moist wound healing.".into(),
        conditions: [record(3)].into_iter().collect(),
        goals: [record(8)].into_iter().collect(),
        interventions: one(Intervention {
            category: Some(OmahaCategory::TreatmentsAndProcedures),
            problem: Some(OmahaProblem::Skin),
            target: "dressing change/wound care".into(),
            code: snomed("18949003", "Change of dressing"),
            description: "Change the dressing".into(),
            frequency: "twice a week".into(),
            status: InterventionStatus::InProgress,
        }),
        physician: Some(record(6)),
        physician_signed: Some(date("2026-10-02")),
        entered_in_error: true,
    }
}

pub(super) fn appointment() -> Appointment {
    Appointment {
        start: Some(at(0)),
        end: Some(at(3_600)),
        nurse: Some(someone()),
        appointment_type: AppointmentType::FollowUp,
        service_type: Some(Coding::new(code_system::HCPCS, "G0299", "Skilled nursing by an RN")),
        status: AppointmentStatus::Pending,
        cancellation_reason: "The patient is away".into(),
        place: "Day centre".into(),
        reason: "Dressing".into(),
        instructions: "Bring the large dressings.".into(),
        entered_in_error: true,
    }
}

pub(super) fn visit() -> Visit {
    let here = Position { latitude_deg: 42.27, longitude_deg: -71.8, accuracy_m: 12.0 };
    Visit {
        appointment: Some(record(9)),
        nurse: Some(someone()),
        class: VisitClass::Field,
        service_type: Some(Coding::new(code_system::HCPCS, "G0299", "Skilled nursing by an RN")),
        status: VisitStatus::Finished,
        reason: snomed("225358003", "Wound care"),
        check_in: Some(CheckPoint { at: at(10), position: Some(here) }),
        check_out: Some(CheckPoint { at: at(2_000), position: None }),
        note: "Wound clean, edges closed.".into(),
        interventions_done: ["k1"].into_iter().collect(),
        mileage_km: Some(12.5),
        signatures: one(Signature {
            role: SignatureRole::Nurse,
            name: "Ana Ruiz".into(),
            signed_at: Some(at(2_100)),
            picture: Some(record(10)),
            signed_version: "a1".into(),
            withdrawn: true,
        }),
        signed_version: "a1".into(),
        missed_reason: Some(MissedReason::NotHome),
        entered_in_error: true,
    }
}

pub(super) fn observation() -> Observation {
    Observation {
        code: Some(Coding::new(code_system::LOINC, vitals::BLOOD_PRESSURE, "Blood pressure")),
        category: Some(ObservationCategory::VitalSigns),
        status: ObservationStatus::Amended,
        value: Some(Quantity::new(1.0, "1")),
        value_code: snomed("373066001", "Yes"),
        value_text: "As before".into(),
        components: one(Component {
            code: Some(vitals::vital_of(vitals::SYSTOLIC).expect("a vital sign").coding()),
            value: Some(Quantity::new(128.0, "mm[Hg]")),
            value_code: snomed("17621005", "Normal"),
            value_text: "Normal".into(),
        }),
        not_obtained_reason: "Cuff too small".into(),
        performed_at: Some(at(1)),
        performer: Some(someone()),
        visit: Some(record(5)),
        method: "Sitting, left arm".into(),
        interpretation: Some(Interpretation::High),
        note: "After the stairs.".into(),
        entered_in_error: true,
    }
}

pub(super) fn education() -> Education {
    Education {
        topic: "Insulin pen".into(),
        audience: Audience::Caregiver,
        method: TeachingMethod::Demonstration,
        materials: "Leaflet 12".into(),
        teach_back: TeachBack::WithPrompting,
        performed_at: Some(at(1)),
        performer: Some(someone()),
        visit: Some(record(5)),
        note: "Wants to see it once more.".into(),
        entered_in_error: true,
    }
}

pub(super) fn treatment_change() -> TreatmentChange {
    TreatmentChange {
        proposal: "Reduce lisinopril to 5 mg".into(),
        reason: "Dizzy on standing.".into(),
        observations: [record(11)].into_iter().collect(),
        provider: Some(record(6)),
        status: ProposalStatus::Accepted,
        sent_at: Some(at(1)),
        answered_at: Some(at(2)),
        answer: "Agreed.".into(),
        entered_in_error: true,
    }
}

pub(super) fn task() -> Task {
    Task {
        title: "Call the pharmacy".into(),
        due: Some(date("2026-11-24")),
        assignee: Some(someone()),
        priority: Priority::Urgent,
        status: TaskStatus::Completed,
        source: Some(record(12)),
        completed_at: Some(at(1)),
        note: "Ask for blister packs.".into(),
        entered_in_error: true,
    }
}

pub(super) fn attachment() -> Attachment {
    Attachment {
        sha256: "0123456789abcdef".repeat(4),
        media_type: "image/jpeg".into(),
        size_bytes: Some(48_213),
        attachment_type: AttachmentType::WoundPhotograph,
        caption: "Left heel".into(),
        taken_at: Some(at(1)),
        taken_by: Some(someone()),
        body_site: snomed("76853006", "Heel"),
        visit: Some(record(5)),
        entered_in_error: true,
    }
}

pub(super) fn staff() -> Staff {
    Staff {
        name: "Ana Ruiz".into(),
        role: StaffRole::Office,
        credentials: one(Credential {
            credential_type: CredentialType::AccreditedCaseManager,
            state: "MA".into(),
            number: "RN-204".into(),
            issued: Some(date("2024-02-01")),
            expires: Some(date("2028-01-31")),
            ended: false,
        }),
        phones: phones(),
        languages: ["es"].into_iter().collect(),
        areas: ["01602"].into_iter().collect(),
        has_left: true,
        entered_in_error: true,
    }
}

pub(super) fn instrument() -> Instrument {
    Instrument {
        title: "Morse Fall Scale".into(),
        version: "1".into(),
        status: InstrumentStatus::Active,
        code: Some(Coding::new(code_system::LOINC, "59460-6", "Fall risk total [Morse Fall Scale]")),
        description: "Six questions on falling.".into(),
        copyright: "Janice Morse".into(),
        items: one(Item {
            position: 1,
            group: "k1".into(),
            text: "Walking aid".into(),
            item_type: ItemType::Choice,
            code: Some(Coding::new(code_system::LOINC, "59457-2", "Ambulatory aid")),
            required: true,
            repeats: true,
            answer_is_score: true,
            options: one(ItemOption {
                position: 1,
                code: "cane".into(),
                text: "Crutches, cane or walker".into(),
                score: Some(15.0),
                ended: true,
            }),
            enable_when: one(EnableWhen {
                question: "k1".into(),
                operator: EnableOperator::NotEqual,
                answer: Some(Answer::Boolean(false)),
            }),
            enable_behavior: EnableBehavior::Any,
            ended: false,
        }),
        scoring: Scoring::Sum,
        bands: one(ScoringBand {
            from: Some(45.0),
            to: Some(125.0),
            label: "High fall risk".into(),
            risk: Some(Risk::High),
            advice: "Fall precautions".into(),
            ended: true,
        }),
        entered_in_error: true,
    }
}

pub(super) fn agency() -> Agency {
    Agency {
        name: "Elm Home Health".into(),
        time_zone: "America/New_York".into(),
        thresholds: one(Threshold {
            code: Some(vitals::vital_of(vitals::SYSTOLIC).expect("a vital sign").coding()),
            unit: "mm[Hg]".into(),
            low: Some(95.0),
            high: Some(160.0),
            ended: true,
        }),
        offline_lease_days: Some(7),
        visit_rules: VisitRules {
            check_in_within_m: Some(250),
            sign_within_hours: Some(48),
            missed_after_minutes: Some(60),
            patient_signs: true,
        },
        entered_in_error: true,
    }
}
