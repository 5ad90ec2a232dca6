# Importar paquetes FHIR.
import-title = Importar casos
import-hint = De paquetes FHIR R4, como los exportan otros sistemas. Primero verá lo que contienen; no se escribe nada antes de que usted confirme.
import-choose = Elegir paquetes
import-files = Archivos
import-limits = Hasta { $files } archivos con nombre .json, { $size } MB en total.
import-preview = Mostrar lo que contienen
import-no-files = Elija al menos un archivo.
import-not-kept = Lo que subió ya no se conserva, o ya se importó. No se cambió nada; mire en los casos o elija los archivos de nuevo.
import-kept = Se conserva { $minutes } minutos, solo para usted. Importar otra vez el mismo paquete no cambia nada.
import-nothing-chosen = Elija al menos un paciente.
import-no-case = En este paquete no hay ningún paciente: no se puede importar nada de él.
import-here = Ya está entre los casos
import-nothing-new = Nada nuevo
import-known = { $count ->
    [one] { $count } registro ya está
   *[other] { $count } registros ya están
  }
import-skipped = Lo que se omite y por qué
import-skipped-line = { $type }: { $why }
import-skip-not-mapped = los recursos de este tipo no se importan
import-skip-malformed = sus elementos no tienen la forma que les da FHIR R4
import-skip-no-id = no tiene identificador
import-skip-repeated = un recurso anterior del paquete tiene su identificador
import-skip-no-patient = su paciente no está en el paquete
import-skip-unrelated = nada en el paquete se refiere a él
import-skip-unfit = le falta lo que un registro necesita. { $why }
import-not-json = Este archivo no se puede leer: no es JSON (línea { $line }, columna { $column }). No se importará nada de él.
import-not-fhir = Esto no es un paquete FHIR R4: el archivo debe contener un objeto de resourceType «Bundle» con una lista de entradas. No se importará nada de él.
import-confirm = Importar los pacientes elegidos
import-assign = Asignarlos a
import-assign-nobody = Nadie todavía
import-do = Importar
import-done = Importado
import-failed = No se pudo importar; no hay nada de él. Inténtelo de nuevo.
import-not-assigned = Importado, pero sin asignar: la enfermera no puede tenerlo.
problem-too-many-files = Son demasiados archivos a la vez. No se cambió nada. Vuelva atrás y elija menos.
problem-upload-too-large = Estos archivos son demasiado grandes en conjunto. No se cambió nada. Vuelva atrás y elija menos.
