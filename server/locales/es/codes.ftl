# Cada código de cada lista, las calificaciones del Sistema Omaha y las codificaciones usuales, por lista.

code-sex-unknown = Desconocido
code-sex-female = Femenino
code-sex-male = Masculino
code-sex-other = Otro

code-phone-use-home = Casa
code-phone-use-work = Trabajo
code-phone-use-mobile = Celular
code-phone-use-old = Ya no se usa

code-condition-status-active = Activa
code-condition-status-recurrence = Recurrencia
code-condition-status-relapse = Recaída
code-condition-status-inactive = Inactiva
code-condition-status-remission = En remisión
code-condition-status-resolved = Resuelta

code-condition-verification-confirmed = Confirmada
code-condition-verification-unconfirmed = Sin confirmar
code-condition-verification-provisional = Provisional
code-condition-verification-differential = Diferencial
code-condition-verification-refuted = Descartada

code-medication-status-active = Activo
code-medication-status-completed = Completado
code-medication-status-intended = Previsto
code-medication-status-stopped = Suspendido
code-medication-status-on-hold = En pausa
code-medication-status-not-taken = No lo toma
code-medication-status-unknown = Desconocido

code-criticality-unable-to-assess = Riesgo no evaluable
code-criticality-low = Riesgo bajo
code-criticality-high = Riesgo alto

code-allergy-status-active = Activa
code-allergy-status-inactive = Inactiva
code-allergy-status-resolved = Resuelta

code-allergy-verification-unconfirmed = Sin confirmar
code-allergy-verification-confirmed = Confirmada
code-allergy-verification-refuted = Descartada

code-allergy-category-medication = Medicamento
code-allergy-category-food = Alimento
code-allergy-category-environment = Ambiental
code-allergy-category-biologic = Biológico

code-reaction-severity-mild = Leve
code-reaction-severity-moderate = Moderada
code-reaction-severity-severe = Grave

code-assessment-status-in-progress = En curso
code-assessment-status-completed = Completada
code-assessment-status-amended = Enmendada
code-assessment-status-stopped = Interrumpida

code-risk-negligible = Insignificante
code-risk-low = Bajo
code-risk-moderate = Moderado
code-risk-high = Alto
code-risk-certain = Seguro

code-relationship-FAMMEMB = Familiar
code-relationship-SPS = Cónyuge
code-relationship-DOMPART = Pareja de hecho
code-relationship-SIGOTHR = Pareja
code-relationship-PRN = Padre o madre
code-relationship-MTH = Madre
code-relationship-FTH = Padre
code-relationship-CHILD = Hijo o hija
code-relationship-DAUC = Hija
code-relationship-SONC = Hijo
code-relationship-SIB = Hermano o hermana
code-relationship-SIS = Hermana
code-relationship-BRO = Hermano
code-relationship-GRPRN = Abuelo o abuela
code-relationship-GRNDCHILD = Nieto o nieta
code-relationship-AUNT = Tía
code-relationship-UNCLE = Tío
code-relationship-NIENEPH = Sobrina o sobrino
code-relationship-INLAW = Familiar político
code-relationship-FRND = Amistad
code-relationship-NBOR = Vecino o vecina
code-relationship-ROOM = Compañero o compañera de vivienda

code-caregiver-role-none = No es cuidadora
code-caregiver-role-primary = Cuidadora principal
code-caregiver-role-secondary = Cuidadora secundaria
code-caregiver-role-emergency = Solo en emergencias

code-care-team-status-active = Activo
code-care-team-status-proposed = Propuesto
code-care-team-status-suspended = Suspendido
code-care-team-status-inactive = Inactivo

code-coverage-status-active = Vigente
code-coverage-status-cancelled = Cancelada
code-coverage-status-draft = Borrador

code-authorisation-status-requested = Solicitada
code-authorisation-status-approved = Aprobada
code-authorisation-status-modified = Aprobada con cambios
code-authorisation-status-denied = Denegada
code-authorisation-status-cancelled = Cancelada

code-direction-outgoing = Saliente
code-direction-incoming = Entrante

code-medium-PHONE = Teléfono
code-medium-FACE = En persona
code-medium-VIDEOCONF = Videollamada
code-medium-EMAILWRIT = Correo electrónico
code-medium-FAXWRIT = Fax
code-medium-MAILWRIT = Correo postal
code-medium-TYPEWRIT = Escrito a máquina
code-medium-HANDWRIT = Escrito a mano
code-medium-ELECTRONIC = Datos electrónicos

code-goal-status-active = Activo
code-goal-status-proposed = Propuesto
code-goal-status-planned = Planificado
code-goal-status-accepted = Aceptado
code-goal-status-on-hold = En pausa
code-goal-status-completed = Completado
code-goal-status-cancelled = Cancelado
code-goal-status-rejected = Rechazado

code-achievement-in-progress = En curso
code-achievement-improving = Mejorando
code-achievement-worsening = Empeorando
code-achievement-no-change = Sin cambios
code-achievement-achieved = Logrado
code-achievement-sustaining = Se mantiene
code-achievement-not-achieved = No logrado
code-achievement-no-progress = Sin avance
code-achievement-not-attainable = No alcanzable

code-comparator-eq = exactamente
code-comparator-lt = por debajo de
code-comparator-lteq = como máximo
code-comparator-gteq = como mínimo
code-comparator-gt = por encima de

code-care-plan-status-draft = Borrador
code-care-plan-status-active = Activo
code-care-plan-status-on-hold = En pausa
code-care-plan-status-completed = Completado
code-care-plan-status-revoked = Revocado
code-care-plan-status-unknown = Desconocido

code-intervention-status-not-started = Sin empezar
code-intervention-status-scheduled = Programada
code-intervention-status-in-progress = En curso
code-intervention-status-on-hold = En pausa
code-intervention-status-completed = Completada
code-intervention-status-cancelled = Cancelada
code-intervention-status-stopped = Suspendida
code-intervention-status-unknown = Desconocida

code-appointment-status-booked = Reservada
code-appointment-status-proposed = Propuesta
code-appointment-status-pending = Pendiente
code-appointment-status-arrived = Llegó
code-appointment-status-fulfilled = Realizada
code-appointment-status-cancelled = Cancelada
code-appointment-status-noshow = No se presentó
code-appointment-status-checked-in = Entrada registrada
code-appointment-status-waitlist = En lista de espera

code-appointment-type-ROUTINE = Cita de rutina
code-appointment-type-FOLLOWUP = Seguimiento
code-appointment-type-CHECKUP = Control
code-appointment-type-WALKIN = Sin programar
code-appointment-type-EMERGENCY = Emergencia

code-visit-status-planned = Planificada
code-visit-status-arrived = Llegó
code-visit-status-triaged = Clasificada
code-visit-status-in-progress = En curso
code-visit-status-onleave = Con permiso
code-visit-status-finished = Terminada
code-visit-status-cancelled = Cancelada
code-visit-status-missed = No realizada
code-visit-status-unknown = Desconocida

code-visit-class-HH = Salud en el hogar
code-visit-class-AMB = Ambulatoria
code-visit-class-EMER = Emergencia
code-visit-class-FLD = En el terreno
code-visit-class-IMP = Hospitalización
code-visit-class-VR = Virtual

code-missed-reason-not-home = El paciente no estaba en casa
code-missed-reason-refused = El paciente no quiso
code-missed-reason-hospitalised = El paciente está en el hospital
code-missed-reason-weather = Clima o caminos
code-missed-reason-unsafe = No era seguro entrar
code-missed-reason-nurse-unavailable = Enfermera no disponible
code-missed-reason-rescheduled = Se cambió a otro día
code-missed-reason-other = Otro

code-signature-role-patient = Paciente
code-signature-role-nurse = Enfermera
code-signature-role-caregiver = Cuidadora
code-signature-role-supervisor = Supervisora

code-observation-status-final = Definitiva
code-observation-status-registered = Registrada
code-observation-status-preliminary = Preliminar
code-observation-status-amended = Enmendada
code-observation-status-corrected = Corregida
code-observation-status-cancelled = Cancelada
code-observation-status-unknown = Desconocida

code-observation-category-vital-signs = Signos vitales
code-observation-category-laboratory = Laboratorio
code-observation-category-survey = Encuesta
code-observation-category-social-history = Historia social
code-observation-category-exam = Examen
code-observation-category-imaging = Imágenes
code-observation-category-procedure = Procedimiento
code-observation-category-therapy = Terapia
code-observation-category-activity = Actividad

code-interpretation-N = Normal
code-interpretation-A = Anormal
code-interpretation-AA = Anormal crítico
code-interpretation-L = Bajo
code-interpretation-LL = Críticamente bajo
code-interpretation-H = Alto
code-interpretation-HH = Críticamente alto
code-interpretation-B = Mejor
code-interpretation-W = Peor

code-audience-patient = Paciente
code-audience-caregiver = Cuidadora
code-audience-family = Familia
code-audience-patient-and-caregiver = Paciente y cuidadora

code-teaching-method-explanation = Explicación
code-teaching-method-demonstration = Demostración
code-teaching-method-written = Material escrito
code-teaching-method-video = Video
code-teaching-method-practice = Práctica supervisada

code-teach-back-not-done = No se pidió que lo explicara
code-teach-back-independent = Lo explica sin ayuda
code-teach-back-with-prompting = Lo explica con ayuda
code-teach-back-needs-reinforcement = Necesita refuerzo
code-teach-back-unable = No puede explicarlo
code-teach-back-declined = No quiso

code-proposal-status-draft = Borrador
code-proposal-status-sent = Enviada
code-proposal-status-accepted = Aceptada
code-proposal-status-declined = Rechazada
code-proposal-status-withdrawn = Retirada

code-priority-routine = De rutina
code-priority-urgent = Urgente
code-priority-asap = Lo antes posible
code-priority-stat = Inmediata

code-task-status-requested = Solicitada
code-task-status-draft = Borrador
code-task-status-received = Recibida
code-task-status-accepted = Aceptada
code-task-status-rejected = Rechazada
code-task-status-ready = Lista
code-task-status-in-progress = En curso
code-task-status-on-hold = En pausa
code-task-status-failed = Fallida
code-task-status-completed = Completada
code-task-status-cancelled = Cancelada

code-attachment-type-photograph = Fotografía
code-attachment-type-wound-photograph = Fotografía de la herida
code-attachment-type-consent = Consentimiento
code-attachment-type-signature = Firma
code-attachment-type-order = Orden médica
code-attachment-type-letter = Carta
code-attachment-type-report = Informe
code-attachment-type-other = Otro

code-staff-role-nurse = Enfermera
code-staff-role-office = Oficina
code-staff-role-admin = Administradora

code-credential-type-RN = Enfermera registrada (RN)
code-credential-type-LPN = Enfermera práctica con licencia (LPN)
code-credential-type-NP = Enfermera especializada (NP)
code-credential-type-ACM = Administradora de casos acreditada (ACM)
code-credential-type-CMGT-BC = Enfermera administradora de casos certificada (CMGT-BC)
code-credential-type-CCM = Administradora de casos certificada (CCM)
code-credential-type-BLS = Soporte vital básico (BLS)

code-instrument-status-draft = Borrador
code-instrument-status-active = En uso
code-instrument-status-retired = Retirado
code-instrument-status-unknown = Desconocido

code-item-type-text = Texto
code-item-type-group = Grupo
code-item-type-display = Solo se muestra
code-item-type-boolean = Sí o no
code-item-type-decimal = Número decimal
code-item-type-integer = Número entero
code-item-type-date = Fecha
code-item-type-dateTime = Fecha y hora
code-item-type-string = Texto corto
code-item-type-choice = Opción
code-item-type-open-choice = Opción o texto

code-enable-operator-exists = está contestada
code-enable-operator-eq = es
code-enable-operator-noteq = no es
code-enable-operator-gt = es mayor que
code-enable-operator-lt = es menor que
code-enable-operator-gteq = es al menos
code-enable-operator-lteq = es como máximo

code-enable-behavior-all = Todas
code-enable-behavior-any = Alguna

code-scoring-none = Sin puntuación
code-scoring-sum = Suma de los puntos de las respuestas
code-scoring-mean = Promedio de los puntos de las respuestas

code-omaha-problem-income = Ingresos
code-omaha-problem-sanitation = Saneamiento
code-omaha-problem-residence = Vivienda
code-omaha-problem-neighborhood-workplace-safety = Seguridad del vecindario o del trabajo
code-omaha-problem-communication-with-community-resources = Comunicación con recursos comunitarios
code-omaha-problem-social-contact = Contacto social
code-omaha-problem-role-change = Cambio de rol
code-omaha-problem-interpersonal-relationship = Relaciones interpersonales
code-omaha-problem-spirituality = Espiritualidad
code-omaha-problem-grief = Duelo
code-omaha-problem-mental-health = Salud mental
code-omaha-problem-sexuality = Sexualidad
code-omaha-problem-caretaking-parenting = Cuidado y crianza
code-omaha-problem-neglect = Negligencia
code-omaha-problem-abuse = Abuso
code-omaha-problem-growth-and-development = Crecimiento y desarrollo
code-omaha-problem-hearing = Audición
code-omaha-problem-vision = Visión
code-omaha-problem-speech-and-language = Habla y lenguaje
code-omaha-problem-oral-health = Salud oral
code-omaha-problem-cognition = Cognición
code-omaha-problem-pain = Dolor
code-omaha-problem-consciousness = Conciencia
code-omaha-problem-skin = Piel
code-omaha-problem-neuro-musculo-skeletal-function = Función neuromusculoesquelética
code-omaha-problem-respiration = Respiración
code-omaha-problem-circulation = Circulación
code-omaha-problem-digestion-hydration = Digestión e hidratación
code-omaha-problem-bowel-function = Función intestinal
code-omaha-problem-urinary-function = Función urinaria
code-omaha-problem-reproductive-function = Función reproductiva
code-omaha-problem-pregnancy = Embarazo
code-omaha-problem-postpartum = Posparto
code-omaha-problem-communicable-infectious-condition = Enfermedad contagiosa o infecciosa
code-omaha-problem-nutrition = Nutrición
code-omaha-problem-sleep-and-rest-patterns = Patrones de sueño y descanso
code-omaha-problem-physical-activity = Actividad física
code-omaha-problem-personal-care = Cuidado personal
code-omaha-problem-substance-use = Uso de sustancias
code-omaha-problem-family-planning = Planificación familiar
code-omaha-problem-health-care-supervision = Supervisión de la atención médica
code-omaha-problem-medication-regimen = Régimen de medicamentos

code-omaha-category-teaching-guidance-and-counseling = Enseñanza, guía y consejería
code-omaha-category-treatments-and-procedures = Tratamientos y procedimientos
code-omaha-category-case-management = Manejo de casos
code-omaha-category-surveillance = Vigilancia

rating-knowledge-1 = 1: Ningún conocimiento
rating-knowledge-2 = 2: Conocimiento mínimo
rating-knowledge-3 = 3: Conocimiento básico
rating-knowledge-4 = 4: Conocimiento adecuado
rating-knowledge-5 = 5: Conocimiento superior

rating-behavior-1 = 1: Comportamiento no apropiado
rating-behavior-2 = 2: Comportamiento rara vez apropiado
rating-behavior-3 = 3: Comportamiento apropiado de manera irregular
rating-behavior-4 = 4: Comportamiento usualmente apropiado
rating-behavior-5 = 5: Comportamiento siempre apropiado

rating-status-1 = 1: Signos o síntomas extremos
rating-status-2 = 2: Signos o síntomas graves
rating-status-3 = 3: Signos o síntomas moderados
rating-status-4 = 4: Signos o síntomas mínimos
rating-status-5 = 5: Sin signos ni síntomas

coding-routes-26643006 = Vía oral
coding-routes-37839007 = Vía sublingual
coding-routes-34206005 = Vía subcutánea
coding-routes-78421000 = Vía intramuscular
coding-routes-47625008 = Vía intravenosa
coding-routes-6064005 = Vía tópica
coding-routes-45890007 = Vía transdérmica
coding-routes-447694001 = Vía respiratoria
coding-routes-46713006 = Vía nasal
coding-routes-54485002 = Vía oftálmica
coding-routes-10547007 = Vía ótica
coding-routes-37161004 = Vía rectal

coding-services-G0299 = Enfermería especializada por una RN
coding-services-G0300 = Enfermería especializada por una LPN
coding-services-G0162 = Manejo y evaluación del plan de cuidados por una RN
coding-services-G0493 = Observación y evaluación por una RN
coding-services-G0495 = Capacitación y educación por una RN

coding-vitals-85354-9 = Presión arterial
coding-vitals-8480-6 = Presión arterial sistólica
coding-vitals-8462-4 = Presión arterial diastólica
coding-vitals-8867-4 = Frecuencia cardíaca
coding-vitals-9279-1 = Frecuencia respiratoria
coding-vitals-8310-5 = Temperatura corporal
coding-vitals-8331-1 = Temperatura oral
coding-vitals-59408-5 = Saturación de oxígeno por oximetría de pulso
coding-vitals-2708-6 = Saturación de oxígeno en sangre arterial
coding-vitals-29463-7 = Peso corporal
coding-vitals-8302-2 = Estatura
coding-vitals-39156-5 = Índice de masa corporal
coding-vitals-2339-0 = Glucosa en sangre (mg/dL)
coding-vitals-15074-8 = Glucosa en sangre (mmol/L)
coding-vitals-72514-3 = Intensidad del dolor, de 0 a 10

coding-languages-en = Inglés
coding-languages-es = Español
coding-languages-zh = Chino
coding-languages-tl = Tagalo
coding-languages-vi = Vietnamita
coding-languages-ar = Árabe
coding-languages-fr = Francés
coding-languages-ko = Coreano
coding-languages-pt = Portugués
coding-languages-ru = Ruso
coding-languages-ht = Criollo haitiano
coding-languages-de = Alemán
coding-languages-hi = Hindi
coding-languages-pl = Polaco
coding-languages-it = Italiano
coding-languages-ur = Urdu
coding-languages-fa = Persa
coding-languages-te = Telugu
coding-languages-ja = Japonés
coding-languages-gu = Guyaratí
coding-languages-bn = Bengalí
coding-languages-ta = Tamil
coding-languages-pa = Panyabí
coding-languages-he = Hebreo
coding-languages-hy = Armenio
coding-languages-km = Jemer
coding-languages-so = Somalí
coding-languages-sm = Samoano
coding-languages-ase = Lengua de señas americana
