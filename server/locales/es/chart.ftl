# Las páginas del expediente de un paciente.
chart-title = Expediente
chart-pages = Expediente
chart-tab-summary = Resumen
chart-tab-plan = Plan de cuidados y metas
chart-tab-outcomes = Resultados
chart-tab-timeline = Cronología
chart-tab-as-of = En otro momento
chart-nurses = Enfermeras
chart-no-nurse = No hay ninguna enfermera asignada.
chart-team = Asignaciones
chart-edit-patient = Editar paciente
chart-closed = Cerrado { $when }: { $reason }
chart-closed-goals-met = metas cumplidas
chart-closed-transferred = transferido
chart-closed-declined = el paciente no desea más visitas
chart-closed-moved = se mudó
chart-closed-died = falleció
chart-closed-other = otro motivo
chart-age = { $years ->
    [one] { $years } año
   *[other] { $years } años
  }
chart-conflicts = Varios valores
chart-conflicts-hint = Varias personas escribieron valores distintos en estos registros. Abra cada uno y elija el valor correcto.
chart-alerts = Alertas
chart-no-alerts = Nada requiere atención ahora.
chart-problems = Problemas activos
chart-medications = Medicamentos
chart-allergies = Alergias
chart-appointments = Próximas citas
chart-visits = Visitas
chart-tasks = Tareas pendientes
chart-treatment-changes = Cambios de tratamiento propuestos
chart-support = Red de apoyo
chart-care-team = Equipo de atención
chart-no-authorisation = No hay ninguna autorización vigente.
chart-authorised = Visitas usadas de las aprobadas
chart-visits-used = Visitas usadas
chart-used-of = { $used } de { $approved }
chart-all = Todos los registros
chart-add = Agregar: { $kind }
chart-add-short = Agregar
chart-more = { $count ->
    [one] { $count } más
   *[other] { $count } más
  }
chart-nothing = Todavía no hay nada de este tipo.
chart-files-hint = Aquí está lo que se sabe de cada archivo. Los archivos mismos todavía no se envían a la oficina.

list-pages = Páginas de la lista
list-page = Página { $page } de { $pages }
list-earlier = Página anterior
list-later = Página siguiente

alert-measurement-out-of-bounds = Medición fuera de los límites
alert-allergy-to-medication = Alergia a un medicamento
alert-overdue-task = Tarea vencida
alert-authorisation-expiring = La autorización vence
alert-authorisation-used-up = Autorización agotada
alert-unsigned-visit = Visita sin firmar
alert-missed-visit = Visita perdida
alert-credential-expiring = Una licencia o certificación vence
alert-double-booking = Doble reserva
alert-unlicensed-visit = Visita sin licencia en el estado
