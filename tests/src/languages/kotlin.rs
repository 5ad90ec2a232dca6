//! Kotlin on the JVM.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, ensure};
use doorstep_mobile_ffi::bindings::{Language, generate};

use super::{Program, kept, library};
use crate::programs;

const COMPILER: &str = "target/kotlin/node_modules/kotlin-compiler";
const INSTALL: &str = "npm install --prefix target/kotlin kotlin-compiler@2.4.20";
const JNA: [&str; 2] = ["/usr/share/java/jna.jar", "target/kotlin/jna.jar"];
/// The bytecode that is made: what Android's tools and the JVMs of today take.
const JVM_TARGET: &str = "17";

/// The bindings, compiled, and what compiles and runs programs that use them.
pub struct Kotlin {
    java: PathBuf,
    compiler: PathBuf,
    class_path: Vec<PathBuf>,
    library: PathBuf,
    /// What of the compiled bindings other things depend on.
    bindings: Vec<u8>,
}

impl Kotlin {
    /// Makes the bindings and compiles them, unless that was done; nothing where this machine has no Kotlin.
    pub fn find(test: &str) -> anyhow::Result<Option<Self>> {
        Self::find_with(test, library()?)
    }

    /// The same of this library, and with it.
    pub fn find_with(test: &str, library: PathBuf) -> anyhow::Result<Option<Self>> {
        let java = programs::find(test, "java", "apt-get install default-jre-headless");
        let compiler = programs::find_file(test, "kotlin-compiler", &[COMPILER], INSTALL);
        let jna = programs::find_file(test, "jna.jar", &JNA, "apt-get install libjna-java");
        let (Some(java), Some(compiler), Some(jna)) = (java, compiler, jna) else { return Ok(None) };
        let parts = ["kotlin-stdlib", "kotlinx-coroutines-core-jvm"];
        let mut class_path: Vec<PathBuf> =
            parts.iter().map(|part| compiler.join(format!("lib/{part}.jar"))).collect();
        class_path.push(jna);
        let mut kotlin = Self { java, compiler, class_path, library, bindings: Vec::new() };
        kotlin.compile_bindings()?;
        Ok(Some(kotlin))
    }

    /// Compiles programs, unless that was done, and returns what runs their `main`s.
    pub fn compile(&self, name: &str, sources: &[PathBuf]) -> anyhow::Result<Classes<'_>> {
        let texts = sources.iter().map(fs::read).collect::<Result<Vec<_>, _>>()?;
        let of: Vec<&[u8]> = texts.iter().chain([&self.bindings]).map(Vec::as_slice).collect();
        let folder = kept(&format!("kotlin-{name}"), &of, |folder| self.kotlinc(sources, folder))?;
        Ok(Classes { kotlin: self, jar: folder.join(JAR) })
    }

    /// The bindings' sources in a folder of their own, to look at or to change.
    pub fn sources(&self, folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
        generate(Language::Kotlin, &self.library, folder)?;
        let sources = files(folder, "kt")?;
        ensure!(!sources.is_empty(), "no Kotlin was made");
        Ok(sources)
    }

    fn compile_bindings(&mut self) -> anyhow::Result<()> {
        let scratch = tempfile::tempdir()?;
        let sources = self.sources(scratch.path())?;
        let mut texts = sources.iter().map(fs::read).collect::<Result<Vec<_>, _>>()?;
        texts.push(fs::read(self.compiler.join("build.txt"))?);
        let of: Vec<&[u8]> = texts.iter().map(Vec::as_slice).collect();
        let folder = kept("kotlin-bindings", &of, |folder| self.kotlinc(&sources, folder))?;
        self.bindings = folder.as_os_str().as_encoded_bytes().to_vec();
        self.class_path.push(folder.join(JAR));
        Ok(())
    }

    fn kotlinc(&self, sources: &[PathBuf], folder: &Path) -> anyhow::Result<()> {
        let output = Command::new("bash")
            .arg(self.compiler.join("bin/kotlinc"))
            .args(["-jvm-target", JVM_TARGET, "-no-reflect", "-nowarn", "-cp"])
            .arg(env::join_paths(&self.class_path)?)
            .arg("-d")
            .arg(folder.join(JAR))
            .args(sources)
            .output()
            .context("the Kotlin compiler cannot be started")?;
        let told = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "Kotlin does not compile:\n{told}");
        Ok(())
    }
}

const JAR: &str = "classes.jar";

/// Compiled programs.
pub struct Classes<'a> {
    kotlin: &'a Kotlin,
    jar: PathBuf,
}

impl Classes<'_> {
    /// A program: the `main` of the class that the compiler made of a file (`Day.kt` becomes `DayKt`), in a JVM of its own.
    pub fn program(&self, class: &str) -> anyhow::Result<Program> {
        let folder = self.kotlin.library.parent().context("the library is in no folder")?;
        self.program_on(folder, class)
    }

    /// The same with the library that is in this folder.
    pub fn program_on(&self, folder: &Path, class: &str) -> anyhow::Result<Program> {
        let mut class_path = vec![self.jar.clone()];
        class_path.extend(self.kotlin.class_path.iter().cloned());
        let mut command = Command::new(&self.kotlin.java);
        command
            // Short runs on few processors: what compiles hot code further pays off later than these live.
            .args(["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"])
            .arg(format!("-Djna.library.path={}", folder.display()))
            .arg("-cp")
            .arg(env::join_paths(&class_path)?)
            .arg(class);
        Ok(Program::new(command))
    }
}

fn files(folder: &Path, extension: &str) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path, extension)?);
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    found.sort_unstable();
    Ok(found)
}
