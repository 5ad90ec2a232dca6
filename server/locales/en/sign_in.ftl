# Signing in.
sign-in-title = Sign in
sign-in-name = Name
sign-in-password = Password
sign-in-code = Code of your second factor
sign-in-code-hint = Only if you have set one up in your account.
sign-in-do = Sign in
sign-in-have-code = I have a one-time code and no password yet
password-title = Set your password
password-intro = Your administrator gave you a one-time code. It is used up once your password is set.
password-code = One-time code
password-new = New password
password-again = New password again
password-do = Set it and sign in
password-differs = The two passwords differ. Type the same one twice.
