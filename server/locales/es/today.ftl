# La página del día.
today-attention = Requiere atención
today-nurses = Enfermeras
today-nobody = Aún no trabaja aquí ninguna enfermera. Contrate a una e invite su teléfono:
today-no-visits = Hoy sin visitas
today-arrived = Lo que llegó
today-nothing-arrived = Aún no ha llegado nada. Lo que envían los teléfonos aparece aquí por sí solo.
today-arrived-minutes = { $minutes ->
    [one] hace { $minutes } minuto
   *[other] hace { $minutes } minutos
  }
arrived-fields = { $kind }: { $fields }
arrived-new = { $kind }: nuevo registro
arrived-record = Un registro
arrived-other-field = otros campos
arrived-directory = Directorio
arrived-more = { $count ->
    [one] 1 campo más
   *[other] { $count } campos más
  }
phone-none = Sin teléfono
phone-stopped = Teléfono detenido
phone-never-synced = El teléfono nunca ha sincronizado
phone-synced = Sincronizado: { $when }
phone-unsent = { $count ->
    [one] { $count } cambio sin enviar
   *[other] { $count } cambios sin enviar
  }
visit-state-planned = Prevista
visit-state-late = Nadie se ha presentado
visit-state-under-way = En curso
visit-state-done = Hecha
visit-state-missed = No realizada
visit-state-cancelled = Cancelada
review-kind-conflict = Conflicto
review-kind-late-work = Trabajo tardío
review-kind-quarantine = Apartado
review-kind-token-reuse = Sesión de teléfono cerrada
review-kind-clock-skew = Reloj de teléfono desviado
review-kind-double-booking = Cita doble
review-kind-unlicensed-visit = Sin licencia en el estado
review-kind-credential = Licencia o certificado
review-kind-authorisation = Autorización
