# Inicio de sesión.
sign-in-title = Iniciar sesión
sign-in-name = Nombre
sign-in-password = Contraseña
sign-in-code = Código de su segundo factor
sign-in-code-hint = Solo si ha configurado uno en su cuenta.
sign-in-do = Iniciar sesión
sign-in-have-code = Tengo un código de un solo uso y aún no tengo contraseña
password-title = Establecer su contraseña
password-intro = Su administrador le dio un código de un solo uso. Se gasta al establecer la contraseña.
password-code = Código de un solo uso
password-new = Contraseña nueva
password-again = Contraseña nueva otra vez
password-do = Establecerla e iniciar sesión
password-differs = Las dos contraseñas no coinciden. Escriba la misma dos veces.
