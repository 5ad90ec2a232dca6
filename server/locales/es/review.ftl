# Revisión: lo que espera que alguien lo mire.
review-order = Primero lo más urgente, después lo más antiguo
review-kinds = Tipos
review-all = Todo
review-waiting = Lo que espera
review-empty = No hay nada pendiente. Lo que requiera su atención aparecerá aquí por sí solo.
review-no-more = No hay más.
review-with-seen = Mostrar también lo visto
review-without-seen = Ocultar lo visto
review-first = Desde el principio
review-next = Siguientes
severity-urgent = Urgente
severity-warning = Pronto
severity-notice = A tener en cuenta
review-says-conflict = { $kind }: { $count ->
    [one] valores distintos en { $count } campo
   *[other] valores distintos en { $count } campos
  }
review-says-late-work = { $what }. Llegó después de que terminara su asignación, y se conserva.
review-says-token-reuse = Otra persona podría tener los secretos de este teléfono. Se cerró su sesión: hay que registrarlo de nuevo, y borrarlo si se ha perdido.
review-says-clock-ahead = { $minutes ->
    [one] El reloj del teléfono va { $minutes } minuto adelantado.
   *[other] El reloj del teléfono va { $minutes } minutos adelantado.
  }
review-says-clock-behind = { $minutes ->
    [one] El reloj del teléfono va { $minutes } minuto atrasado.
   *[other] El reloj del teléfono va { $minutes } minutos atrasado.
  }
review-says-double-booking = Tiene dos citas a la misma hora.
review-says-unlicensed = { $others ->
    [0] no tiene licencia en este estado para la cita del { $at }.
    [one] no tiene licencia en este estado para la cita del { $at } y { $others } más.
   *[other] no tiene licencia en este estado para la cita del { $at } y { $others } más.
  }
review-says-unlicensed-made = { $others ->
    [0] no tenía licencia en este estado para la visita del { $at }.
    [one] no tenía licencia en este estado para la visita del { $at } y { $others } más.
   *[other] no tenía licencia en este estado para la visita del { $at } y { $others } más.
  }
review-says-ends = el último día es el { $day }.
review-says-has-ended = el último día fue el { $day }.
review-says-used-up = ya se hicieron todas las visitas aprobadas.
review-reason-no-grant = El caso no estaba asignado a esta persona.
review-reason-too-late = Llegó demasiado tiempo después de que terminara su asignación.
review-reason-directory-is-read-only = Cambia el directorio, que solo se cambia en la oficina.
review-reason-malformed = No se puede leer.
review-reason-too-big = Es demasiado grande.
review-reason-missing-dependencies = Se basa en trabajo que no ha llegado.
review-reason-wrong-record = Es para otro registro que el que dice.
review-reason-unknown-kind = Es de un tipo que este servidor no conoce.
review-reason-not-a-record = No forma un registro.
review-reason-foreign-author = Dice ser trabajo de otra persona.
review-reason-deletes = Borraría lo que otras personas escribieron.
review-reason-invalid = Incumple una regla del registro.
review-reason-poisonous = No se puede leer sin un fallo.
review-reason-took-too-long = Tardó demasiado en leerse.
review-reason-nameless = No dice para qué registro es.
review-reason-other = Fue rechazado: { $code }.
review-write-another = Escribir otro valor
review-to-phone = Al teléfono
review-to-visit = A la visita
review-to-appointment = A la cita
review-to-credentials = Sus licencias
review-to-coverage = A la cobertura
review-look = Lo que escribió
review-decide = Mirar y decidir
review-mark-seen = Marcar como visto
review-seen-by = Visto por
review-to-queue = Volver a la revisión
review-written = Lo que se escribió
review-wrote = Escrito por
review-patient = Paciente
review-received = Llegó
review-why = Por qué se apartó
review-field = Campo
review-before = Lo que veía
review-after = Lo que escribió
review-when = Cuándo
review-would-refuse = Ahora también se rechazaría.
review-nothing-new = No contiene nada nuevo: ya está en la historia.
review-accept = Aceptar
review-accept-means = Se incorpora a la historia como trabajo de esta persona, y se avisa a su teléfono.
review-accept-do = Incorporarlo
review-discard = Descartar
review-discard-reason = ¿Por qué?
review-discard-hint = Se le comunica. El trabajo se conserva, marcado como descartado.
review-discard-do = Descartarlo
review-edit = Corregir el registro
review-was-accepted = { $by } lo aceptó: { $at }.
review-was-discarded = { $by } lo descartó: { $at }. «{ $reason }»
done-seen = Marcado como visto.
done-accepted = El trabajo se incorporó a la historia.
done-discarded = El trabajo se descartó. Se le comunica a quien lo escribió.
problem-changed-since = Ha cambiado desde que abrió la página. No se marcó nada. Vuelva a mirar.
problem-not-settled = No desaparece al verlo: hay que resolverlo.
problem-reviewed-before = Alguien lo aceptó o lo descartó antes que usted. Vuelva a mirar.
problem-reason-needed = Diga por qué, en pocas palabras: se le comunicará.
problem-not-admitted = No se puede incorporar: incumple una regla. Descártelo y escriba usted en la historia lo que vale.
problem-nameless = No dice para qué registro es y no se puede incorporar.
problem-unknown-version = El registro no está como en su pantalla. No se cambió nada. Vuelva a mirar.
problem-no-such-conflict = Alguien eligió un valor antes que usted. No se cambió nada. Vuelva a mirar.
