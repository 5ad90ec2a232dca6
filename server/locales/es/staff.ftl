# Personal y teléfonos.
staff-works-here = Quién trabaja aquí
staff-name = Nombre
staff-role = Función
staff-sign-in = Inicio de sesión
staff-credentials = Licencias y certificados
staff-phones = Teléfonos
staff-left = { $count ->
    [one] { $count } persona ya no trabaja aquí
   *[other] { $count } personas ya no trabajan aquí
  }
staff-has-left = Ya no trabaja aquí
staff-all = Todo el personal
staff-cases = { $count ->
    [0] Sin casos
    [one] { $count } caso
   *[other] { $count } casos
  }
staff-hire = Contratar a alguien
staff-hire-do = Contratar
staff-sign-in-name = Nombre de usuario
staff-sign-in-name-hint = Solo para personas de la oficina. El personal de enfermería tiene un teléfono: invítelo en su página.
staff-name-taken = Alguien ya tiene este nombre de usuario. Elija otro.
staff-not-a-sign-in-name = Un nombre de usuario tiene como máximo { $chars } letras (de la a a la z), cifras y los signos . - _ @, y el personal de enfermería no lo tiene.
staff-needs-a-name = Escriba el nombre de la persona.
staff-invite = Invitar un teléfono
staff-invite-means = Crea un código de un solo uso con el que se registra un teléfono de esta persona. Un código anterior sigue valiendo hasta que se use o caduque.
staff-invite-do = Crear una invitación
staff-calendar = Enlace de calendario
staff-calendar-since = Creado: { $when }
staff-reset = Contraseña nueva
staff-reset-means = Crea un código de un solo uso para establecer una contraseña nueva. Con ello se elimina el segundo factor.
staff-new-name = Otro nombre de usuario, si debe cambiar
staff-reset-do = Crear un código de un solo uso
staff-sign-out = Cerrar sesión en todos los navegadores
staff-work = Trabajo
staff-role-means = Quien pasa a enfermería pierde la sesión y la contraseña.
staff-role-do = Cambiar la función
staff-leave = Deja la agencia
staff-leave-means = Termina enseguida todas las sesiones y asignaciones y bloquea los teléfonos. Lo que un teléfono no haya enviado se conserva en él.
staff-leave-self = Es usted.
staff-leave-do = Ya no trabaja aquí
staff-return-means = Vuelve a trabajar aquí, con la misma función. Las asignaciones se hacen de nuevo.
staff-return-do = Vuelve a trabajar aquí
account-none = No inicia sesión
account-no-password = Aún sin contraseña
account-password = Contraseña
account-factor = Segundo factor
account-second-factor = Contraseña y segundo factor
account-password-alone = Solo contraseña
credentials-none = No consta ninguna licencia ni certificado.
credentials-good = { $count ->
    [one] { $count } vigente
   *[other] { $count } vigentes
  }
credentials-edit = Editar licencias y datos
credential-what = Qué
credential-state = Estado
credential-number = Número
credential-expires = Último día
credential-never = Sin último día
credential-standing = Situación
credential-good = Vigente
credential-expiring = Vence
credential-expired = Vencido
credential-ended = Terminado
phone-welcome = En uso
phone-locked = Bloqueado
phone-session-ended = Sesión cerrada: regístrelo de nuevo
phone-wiping = Se borrará en su próximo contacto
phone-wiped = Borrado
phone-last-sync = Última sincronización
phone-unsent-label = Sin enviar
phone-version = Versión de la aplicación
phone-enrolled = Registrado
phone-clock = Reloj
phone-lock = Bloquear
phone-unlock = Desbloquear
phone-wipe = Borrar
phone-wipe-of = Este teléfono está registrado para
phone-wipe-means = En su próximo contacto destruye todo lo que contiene, para siempre, y no se puede usar hasta registrarlo de nuevo. Esto no se puede deshacer.
phone-wipe-loses = { $count ->
    [one] Se pierde { $count } cambio que comunicó como no enviado.
   *[other] Se pierden { $count } cambios que comunicó como no enviados.
  }
phone-wipe-loses-nothing = Lo último que comunicó es que no le queda nada por enviar. Lo que se haya escrito en él después se pierde.
phone-wipe-do = Borrar este teléfono
handed-title = Código de un solo uso
handed-once = Esto se muestra una sola vez. Entréguelo a esta persona y a nadie más.
handed-scan = Abra Doorstep en el teléfono y escanee la imagen, o escriba el código.
handed-qr = La invitación como imagen para la cámara del teléfono
handed-password = Con este código se establece una contraseña en la página de inicio de sesión, en «Tengo un código de un solo uso».
handed-code = Código
handed-link = Enlace
handed-until = Válido hasta
handed-done = Listo
done-hired = Contratado. Invite ahora el teléfono.
done-role-changed = Se cambió la función.
done-left = Terminaron todas las sesiones y asignaciones.
done-returned = Vuelve a trabajar aquí.
done-signed-out-everywhere = Se cerró la sesión en todos los navegadores.
done-phone-locked = El teléfono queda bloqueado desde su próximo contacto.
done-phone-unlocked = El teléfono se puede usar de nuevo.
done-phone-wiping = El teléfono se borrará en su próximo contacto.
problem-last-admin = La agencia se quedaría sin administrador. Nombre antes a otra persona.
problem-not-of-office = Solo las personas de la oficina inician sesión. Cambie antes la función.
problem-unsent-count-changed = El teléfono ha comunicado desde entonces otro número de cambios sin enviar. Vuelva a mirar antes de borrarlo.
