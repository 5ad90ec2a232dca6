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
chart-files-hint = Un teléfono envía sus archivos después de sus registros: un archivo puede llegar un rato más tarde que lo que se sabe de él.
chart-file-not-here = Todavía no se ha subido.
chart-file-download = Descargar
chart-file-download-of = Descargar { $title }

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

outcome-none = Todavía no se ha medido nada.
outcome-legend = Los puntos son mediciones; los triángulos de abajo son visitas; las líneas discontinuas son metas; las líneas de puntos son los límites fuera de los cuales se genera una alerta.
outcome-goal = Meta: { $comparator } { $value }
outcome-low = Alerta por debajo de { $value }
outcome-high = Alerta por encima de { $value }
outcome-visit = Visita, { $when }
outcome-day = { $day } { $month }
outcome-description = { $count ->
    [one] Una medición: { $latest }.
   *[other] { $count } mediciones de { $low } a { $high }; la última es { $latest }.
  }
outcome-table = Todos los valores en una tabla
outcome-when = Cuándo
outcome-value = Valor
outcome-earlier = { $count ->
    [one] 1 medición anterior
   *[other] { $count } mediciones anteriores
  }
trend-on-target = En la meta
trend-improving = Mejora
trend-steady = Estable
trend-worsening = Empeora

chart-goals = Metas
timeline-order = Orden
timeline-happened = Como ocurrió
timeline-arrived = Como llegó
timeline-what = Qué
timeline-who = Escrito por
as-of-when = Fecha y hora
as-of-hint = El expediente se muestra como la oficina pudo verlo entonces: cuenta cuándo llegaron los cambios al servidor, no lo que dicen los relojes de los teléfonos.
as-of-then = El expediente al { $when }
as-of-nothing = Nada de este caso había llegado hasta entonces.
as-of-changed = cambiado desde entonces
