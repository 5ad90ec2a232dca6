# Importing FHIR bundles.
import-title = Import cases
import-hint = From FHIR R4 bundles, as other systems export them. You see first what they hold; nothing is written before you confirm.
import-choose = Choose bundles
import-files = Files
import-limits = Up to { $files } files named .json, { $size } MB together.
import-preview = Show what they hold
import-no-files = Choose at least one file.
import-not-kept = What you uploaded is not kept any more, or has been imported. Nothing was changed; look in the caseload, or choose the files again.
import-kept = Kept for { $minutes } minutes, for you alone. Importing the same bundle again changes nothing.
import-nothing-chosen = Choose at least one patient.
import-no-case = No patient in this bundle: nothing can be imported from it.
import-here = In the caseload already
import-nothing-new = Nothing new
import-known = { $count ->
    [one] { $count } record is there already
   *[other] { $count } records are there already
  }
import-skipped = What is left out, and why
import-skipped-line = { $type }: { $why }
import-skip-not-mapped = resources of this type are not imported
import-skip-malformed = its elements do not have the form that FHIR R4 gives them
import-skip-no-id = it has no id
import-skip-repeated = an earlier resource of the bundle has its id
import-skip-no-patient = its patient is not in the bundle
import-skip-unrelated = nothing in the bundle refers to it
import-skip-unfit = it lacks what a record needs. { $why }
import-not-json = This file cannot be read: it is not JSON (line { $line }, column { $column }). Nothing of it will be imported.
import-not-fhir = This is no FHIR R4 bundle: the file should hold an object of resourceType “Bundle” with a list of entries. Nothing of it will be imported.
import-confirm = Import the chosen patients
import-assign = Assign them to
import-assign-nobody = Nobody yet
import-do = Import
import-done = Imported
import-failed = Could not be imported; nothing of it is there. Try again.
import-not-assigned = Imported, but not assigned: the nurse cannot have it.
problem-too-many-files = These are too many files at once. Nothing was changed. Go back and choose fewer.
problem-upload-too-large = These files are too large together. Nothing was changed. Go back and choose fewer.
