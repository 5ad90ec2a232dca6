//! The guide's snippets.

use std::fs;

use doorstep_tests::languages::{Snippet, snippets};
use doorstep_tests::office::Office;
use doorstep_tests::tree;
use doorstep_tests::world::scratch;

use super::*;

const GUIDE: &str = "mobile-ffi/README.md";

/// What stands around a snippet in Kotlin: an app's own things.
const KOTLIN_BEFORE: &str = "
import java.io.File
import java.io.FileOutputStream
import javax.crypto.Cipher
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec
import kotlinx.coroutines.*
import org.doorstep.*

class App(
    val show: (Any) -> Unit, val showAt: (String, String) -> Unit, val takePhoto: () -> ByteArray,
    val newWrappingKey: (String) -> SecretKey,
)

suspend fun App.snippet(
    device: Device, keys: KeyStore, server: String, code: String, visitId: RecordId, visit: Visit, case: ScopeId,
    scope: CoroutineScope,
) {
";

/// The same in Swift.
const SWIFT_BEFORE: &str = "import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif
";
const SWIFT_FUNCTION: &str = "func lineLINE(device: Device, keys: KeyStore, folder: URL, server: String, code: String, visitId: RecordId) async throws {\n";

/// The same in Python. The snippets are run one after the other.
const PYTHON_BEFORE: &str = "
import asyncio, os, sys
from datetime import datetime, timezone
from pathlib import Path
from doorstep import *

class Keys(KeyStore):
    key = None
    def load(self): return self.key
    def save(self, key): self.key = key
    def delete(self): self.key = None

def take_photo(): return b'the bytes of a photo'
";
const PYTHON_AFTER: &str = "
async def main(folder, server, own_code, code):
    os.chdir(folder)
    device = Device.open('other', DeviceOptions(key_store=Keys()))
    await device.enrol(server, own_code, 'Laptop', '1.0')
    case = device.open_case(Patient(family='Sample', sex=Sex.UNKNOWN(), address=Address())).scope
    visit = Visit(_class=VisitClass.HOME_HEALTH(), status=VisitStatus.IN_PROGRESS(),
                  check_in=CheckPoint(at=datetime.now(timezone.utc)))
    visit_id = device.create(case, AnyRecord.VISIT(visit)).id
    for snippet in SNIPPETS:
        await snippet(device=device, keys=Keys(), server=server, code=code, visit_id=visit_id, visit=visit, case=case)
        print(snippet.__name__)

asyncio.run(main(*sys.argv[1:]))
";

#[test]
fn every_snippet_in_kotlin_compiles() {
    let Some(kotlin) = Kotlin::find("the guide's snippets in Kotlin").unwrap() else { return };
    let folder = tempfile::tempdir().unwrap();
    let sources = of_guide("kotlin").into_iter().map(|snippet| {
        let file = folder.path().join(format!("line{}.kt", snippet.line));
        let text = format!("package guide.line{}\n{KOTLIN_BEFORE}{}\n}}\n", snippet.line, snippet.code);
        fs::write(&file, text).unwrap();
        file
    });
    kotlin.compile("guide", &sources.collect::<Vec<_>>()).unwrap();
}

#[test]
fn every_snippet_in_swift_compiles() {
    let Some(swift) = Swift::find("the guide's snippets in Swift").unwrap() else { return };
    let folder = scratch();
    let sources = of_guide("swift").into_iter().map(|snippet| {
        let file = folder.path().join(format!("line{}.swift", snippet.line));
        // What is declared stands by itself, what is called in a function.
        let is_declaration = ["final class", "func", "#if"].iter().any(|word| snippet.code.starts_with(word));
        let text = match is_declaration {
            true => format!("{SWIFT_BEFORE}{}", snippet.code),
            false => format!(
                "{SWIFT_BEFORE}{}{}}}\n",
                SWIFT_FUNCTION.replace("LINE", &snippet.line.to_string()),
                snippet.code
            ),
        };
        fs::write(&file, text).unwrap();
        file
    });
    let mut sources: Vec<PathBuf> = sources.collect();
    let main = folder.path().join("main.swift");
    fs::write(&main, "print(version())\n").unwrap();
    sources.push(main);
    let app = swift.compile("guide", &sources).unwrap();
    assert_eq!(swift.program(&app).run().unwrap(), [env!("CARGO_PKG_VERSION")]);
}

#[test]
fn every_snippet_in_python_runs() {
    let Some(python) = Python::find("the guide's snippets in Python").unwrap() else { return };
    let (office, folder) = (Office::start(), scratch());
    let nurse = office.hire("Kim Sample");
    let found = of_guide("python");
    let names: Vec<String> = found.iter().map(|snippet| format!("line_{}", snippet.line)).collect();
    let functions: String = found.iter().map(in_a_function).collect();
    let program = folder.path().join("guide.py");
    let list = format!("SNIPPETS = [{}]\n", names.join(", "));
    fs::write(&program, format!("{PYTHON_BEFORE}{functions}{list}{PYTHON_AFTER}")).unwrap();
    let program = python.program(&program).arg(folder.path()).arg(office.url());
    let said = program.arg(office.invite(nurse)).arg(office.invite(nurse)).run().unwrap();
    let ran: Vec<&String> = said.iter().filter(|line| names.contains(line)).collect();
    assert_eq!(ran, names.iter().collect::<Vec<_>>());
}

fn in_a_function(snippet: &Snippet) -> String {
    let body: String = snippet.code.lines().map(|line| format!("    {line}\n")).collect();
    let takes = "*, device, keys, server, code, visit_id, visit, case";
    format!("async def line_{}({takes}):\n{body}\n", snippet.line)
}

fn of_guide(language: &str) -> Vec<Snippet> {
    let found = snippets(&tree::read(GUIDE), language);
    assert!(found.len() >= 5, "the guide has moved");
    found
}
