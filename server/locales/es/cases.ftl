# Los casos de la agencia y el equipo de cada uno.
cases-new = Abrir un caso
cases-import = Importar
cases-search-label = Casos
cases-search = Buscar
cases-search-hint = Nombre, teléfono, fecha de nacimiento o un número de identificación: basta una parte.
cases-search-do = Buscar
cases-search-too-long = Escriba { $max } caracteres como máximo.
cases-nurse = Enfermera
cases-nurse-any = Cualquiera
cases-nurse-nobody = Nadie
cases-status = Estado
cases-status-open = Abiertos
cases-status-closed = Cerrados
cases-status-all = Abiertos y cerrados
cases-visits = Visitas autorizadas
cases-visits-any = De cualquier modo
cases-visits-now = Autorizadas ahora
cases-visits-runs-out = Por vencer
cases-visits-not = Sin autorización
cases-visits-none = Sin autorización
cases-visits-open = Sin fecha final
cases-visits-until = Hasta el { $day }
cases-order = Ordenar por
cases-order-name = Nombre
cases-order-next = Próxima visita
cases-order-change = Último cambio
cases-attention-only = Requieren atención
cases-found = Casos
cases-count = { $count ->
    [one] { $count } caso
   *[other] { $count } casos
  }
cases-first = Volver al principio
cases-none = No hay ningún caso así.
cases-none-closed = Los casos cerrados no se muestran: elija otro estado para verlos.
cases-select = Seleccionar
cases-select-all = Seleccionar todos los que se ven
cases-nurses = Enfermeras
cases-team-of = Equipo de { $patient }
cases-next = Próxima visita
cases-attention = Requiere atención
cases-changed = Último cambio
cases-closed = Cerrado
cases-born = Nacimiento: { $day }
cases-tag-conflicts = { $count ->
    [one] { $count } conflicto
   *[other] { $count } conflictos
  }
cases-tag-late-work = { $count ->
    [one] { $count } cambio tardío
   *[other] { $count } cambios tardíos
  }
cases-tag-set-aside = { $count ->
    [one] { $count } cambio apartado
   *[other] { $count } cambios apartados
  }
cases-tag-overdue-tasks = { $count ->
    [one] { $count } tarea vencida
   *[other] { $count } tareas vencidas
  }
cases-tag-missed = { $count ->
    [one] { $count } visita perdida
   *[other] { $count } visitas perdidas
  }
cases-assign = Asignar los casos seleccionados
cases-assign-to = A
cases-assign-how = Cómo
cases-assign-besides = Además de quienes ya lo tienen
cases-assign-instead = En lugar de todos los que lo tienen
cases-assign-instead-of = En lugar de { $nurse }
cases-assign-do = Asignar
cases-choose = Elija …
cases-phone-hint = Cuando termina una asignación, el teléfono de la enfermera envía primero lo que guarda del caso y después lo borra, en su próximo contacto. Lo que escribió antes de poder saberlo se conserva y espera en la revisión.
cases-nothing-selected = Seleccione al menos un caso de la lista.
cases-nobody-chosen = Elija a la enfermera que debe tenerlo.
done-cases-assigned = Los casos seleccionados están asignados. Los que la enfermera indicada no tenía siguen como estaban.

team-title = Equipo
team-now = Tiene este caso
team-nobody = Nadie tiene este caso: no está en ningún teléfono.
team-end = Terminar la asignación
team-assign = Asignar o traspasar
team-before = Tuvo este caso antes
team-nobody-before = Nadie lo tuvo antes.
team-until = hasta { $when }
team-case = El caso
team-opened = Abierto { $when } por { $by }.
team-closed = Cerrado { $when } por { $by }: { $reason }.
team-close = Cerrar el caso …
team-close-hint = Terminan todas las asignaciones y el caso sale de los teléfonos. El expediente queda aquí y puede abrirse de nuevo.
team-close-why = Motivo
team-close-do = Cerrar el caso
team-no-reason = Elija por qué se cierra el caso.
team-reopen = Abrir el caso de nuevo
team-reopen-hint = Entonces no lo tiene nadie: asígnelo después a una enfermera.
team-has-it-no-more = Ella ya no tiene el caso. No se cambió nada; esto es quién lo tiene ahora.
close-reason-goals-met = se cumplieron los objetivos
close-reason-transferred = ahora lo atiende otra persona
close-reason-declined = el paciente no quiere más visitas
close-reason-moved = el paciente se mudó
close-reason-died = el paciente falleció
close-reason-other = otro motivo
problem-case-closed = El caso está cerrado. Ábralo de nuevo antes de asignarlo.
done-case-assigned = El caso está asignado.
done-assignment-ended = La asignación ha terminado.
done-case-closed = El caso está cerrado.
done-case-reopened = El caso está abierto de nuevo.

cases-new-hint = El caso empieza con su paciente. Después asígnelo a una enfermera; el expediente se completa desde ahí.
cases-new-do = Abrir el caso
done-case-opened = El caso está abierto. Asígnelo a una enfermera.
alike-title = Quizá ya haya un caso de este paciente
alike-hint = Mírelo primero: lo que escribió queda aquí. Un paciente con dos casos tiene dos expedientes que nadie une.
alike-anyway = Es otro paciente: abrir el caso
alike-identifier = El mismo número de identificación
alike-phone = El mismo teléfono
alike-birth = Nacido el mismo día, nombre parecido
alike-name = El mismo nombre
done-case-opened-before = Este mismo formulario ya había abierto el caso. Si cambió algo después, cámbielo en el expediente.
