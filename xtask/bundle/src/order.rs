//! The order of a module's functions: each beside the one it is most alike, because that is what compresses.
//!
//! A compiler makes the same function again and again for other types, and wasm-bindgen sorts them all by size. Brotli
//! finds what is repeated wherever it is, but says it in fewer bits the nearer it is. The order means nothing to the browser.

use anyhow::{Context, Result};
use std::{cmp::Reverse, collections::HashMap, convert::Infallible};
use wasm_encoder::{
    CodeSection, FunctionSection, Module,
    reencode::{Error, Reencode},
};
use wasmparser::{CodeSectionReader, FunctionBody, FunctionSectionReader, Parser, Payload, TypeRef};

/// Functions are compared by the runs of this many bytes they share.
const RUN: usize = 4;
/// A run in more functions than this says nothing about any of them (and takes long to compare by).
const COMMON: usize = 4_000;
/// Functions that share less than this, in thousandths of what both have, are not alike.
const ALIKE: usize = 50;

/// The same module with its functions in another order.
pub(crate) fn by_likeness(wasm: &[u8]) -> Result<Vec<u8>> {
    let functions = Functions::read(wasm)?;
    let order = functions.order();
    let mut places = vec![0; order.len()];
    for (new, &old) in order.iter().enumerate() {
        *places.get_mut(old).context("a function")? = u32::try_from(new)? + functions.imported;
    }
    let mut out = Module::new();
    let mut reordering = Reordering {
        order,
        places,
        imported: functions.imported,
    };
    reordering.parse_core_module(&mut out, Parser::new(0), wasm)?;
    Ok(out.finish())
}

/// What is compared.
#[derive(Default)]
struct Functions<'a> {
    /// How many come before the module's own.
    imported: u32,
    types: Vec<u32>,
    bodies: Vec<&'a [u8]>,
}

impl<'a> Functions<'a> {
    fn read(wasm: &'a [u8]) -> Result<Self> {
        let mut read = Self::default();
        for part in Parser::new(0).parse_all(wasm) {
            match part? {
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        read.imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                    }
                }
                Payload::FunctionSection(section) => read.types = section.into_iter().collect::<Result<_, _>>()?,
                Payload::CodeSectionEntry(body) => read.bodies.push(wasm.get(body.range()).context("a body")?),
                _ => {}
            }
        }
        Ok(read)
    }

    /// The functions in their new order: chains of the like, begun in the order of type and content.
    fn order(&self) -> Vec<usize> {
        let runs = self.runs();
        let mut with_run: Vec<Vec<usize>> = Vec::new();
        for (function, runs) in runs.iter().enumerate() {
            for &run in runs {
                with_run.resize_with(with_run.len().max(run + 1), Vec::new);
                with_run[run].push(function);
            }
        }
        let mut starts: Vec<usize> = (0..self.bodies.len()).collect();
        starts.sort_by_key(|&function| (self.types.get(function), self.bodies.get(function)));
        let (mut order, mut placed) = (Vec::new(), vec![false; self.bodies.len()]);
        // How many runs each function shares with the one placed last. A list for all: it is filled some million times.
        let mut shared = vec![0; self.bodies.len()];
        for start in starts {
            let mut next = (!placed[start]).then_some(start);
            while let Some(function) = next {
                placed[function] = true;
                order.push(function);
                let mut sharing = Vec::new();
                for &run in &runs[function] {
                    for &other in &with_run[run] {
                        if !placed[other] && self.types.get(other) == self.types.get(function) {
                            if shared[other] == 0 {
                                sharing.push(other);
                            }
                            shared[other] += 1;
                        }
                    }
                }
                let likeness =
                    |other: usize, shared: usize| 1_000 * shared / (runs[function].len() + runs[other].len() - shared);
                let alike = sharing.into_iter().map(|other| {
                    let shared = std::mem::take(&mut shared[other]);
                    (likeness(other, shared), Reverse(other))
                });
                let most_alike = alike.max().filter(|(likeness, _)| *likeness >= ALIKE);
                next = most_alike.map(|(_, Reverse(other))| other);
            }
        }
        order
    }

    /// For each function the different runs in it that say something, each run as a number.
    fn runs(&self) -> Vec<Vec<usize>> {
        let mut runs: Vec<Vec<usize>> = Vec::new();
        let (mut numbers, mut functions_with): (HashMap<&[u8], usize>, Vec<usize>) = Default::default();
        for body in &self.bodies {
            let number = |run| {
                let next = numbers.len();
                *numbers.entry(run).or_insert(next)
            };
            let mut of_this: Vec<usize> = body.windows(RUN).map(number).collect();
            of_this.sort_unstable();
            of_this.dedup();
            functions_with.resize(numbers.len(), 0);
            for &run in &of_this {
                functions_with[run] += 1;
            }
            runs.push(of_this);
        }
        for of_this in &mut runs {
            of_this.retain(|&run| (2..=COMMON).contains(&functions_with[run]));
        }
        runs
    }
}

/// Writes the module anew, every mention of a function with its new place.
struct Reordering {
    /// The old places in the new order, without the imported.
    order: Vec<usize>,
    /// The new index of each old place.
    places: Vec<u32>,
    imported: u32,
}

impl Reencode for Reordering {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        let own = function
            .checked_sub(self.imported)
            .and_then(|place| usize::try_from(place).ok());
        let moved = own.and_then(|place| self.places.get(place));
        Ok(moved.copied().unwrap_or(function))
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        let types: Vec<u32> = section.into_iter().collect::<Result<_, _>>()?;
        for of in self.order.iter().filter_map(|&place| types.get(place)) {
            functions.function(*of);
        }
        Ok(())
    }

    fn parse_code_section(&mut self, code: &mut CodeSection, section: CodeSectionReader<'_>) -> Result<(), Error> {
        let bodies: Vec<FunctionBody<'_>> = section.into_iter().collect::<Result<_, _>>()?;
        for place in self.order.clone() {
            if let Some(body) = bodies.get(place) {
                self.parse_function_body(code, body.clone())?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{
        ElementSection, Elements, EntityType, ExportKind, ExportSection, Function, ImportSection, Instruction,
        TypeSection, ValType,
    };

    /// One imported function and four of ours: each adds up numbers and calls the next.
    fn module() -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], [ValType::I32]);
        let mut imports = ImportSection::new();
        imports.import("a", "b", EntityType::Function(0));
        let (mut functions, mut code, mut exports) = (FunctionSection::new(), CodeSection::new(), ExportSection::new());
        for (place, (constant, steps)) in [(5, 3), (70, 9), (5, 4), (70, 8)].into_iter().enumerate() {
            functions.function(0);
            let mut body = Function::new([]);
            body.instruction(&Instruction::I32Const(constant));
            for step in 0..steps {
                body.instruction(&Instruction::I32Const(constant + step));
                body.instruction(&Instruction::I32Add);
            }
            let next = u32::try_from((place + 1) % 5).unwrap();
            body.instruction(&Instruction::Call(next))
                .instruction(&Instruction::I32Sub)
                .instruction(&Instruction::End);
            code.function(&body);
            exports.export(
                &format!("f{place}"),
                ExportKind::Func,
                u32::try_from(place + 1).unwrap(),
            );
        }
        let mut elements = ElementSection::new();
        elements.declared(Elements::Functions([1, 2, 3, 4].as_slice().into()));
        let mut module = Module::new();
        module
            .section(&types)
            .section(&imports)
            .section(&functions)
            .section(&exports);
        module.section(&elements).section(&code);
        module.finish()
    }

    /// The exported functions by name: what they do without the calls, and the name of what they call.
    fn by_name(wasm: &[u8]) -> Vec<(String, usize, String)> {
        let (mut names, mut bodies) = (HashMap::new(), Vec::new());
        for part in Parser::new(0).parse_all(wasm) {
            match part.unwrap() {
                Payload::ExportSection(section) => {
                    names.extend(
                        section
                            .into_iter()
                            .map(|export| export.unwrap())
                            .map(|one| (one.index, one.name)),
                    );
                }
                Payload::CodeSectionEntry(body) => bodies.push(body),
                _ => {}
            }
        }
        let mut all: Vec<_> = (1..)
            .zip(&bodies)
            .map(|(index, body)| {
                let called = body
                    .get_operators_reader()
                    .unwrap()
                    .into_iter()
                    .find_map(|operator| match operator {
                        Ok(wasmparser::Operator::Call { function_index }) => Some(function_index),
                        _ => None,
                    });
                let called = names.get(&called.unwrap()).copied().unwrap_or("imported");
                (names[&index].to_owned(), body.range().len(), called.to_owned())
            })
            .collect();
        all.sort();
        all
    }

    #[test]
    fn the_like_stand_together_and_everyone_still_calls_whom_they_called() -> Result<()> {
        let wasm = module();
        assert_eq!(Functions::read(&wasm)?.order(), [0, 2, 3, 1]);
        let ordered = by_likeness(&wasm)?;
        assert_ne!(ordered, wasm);
        assert_eq!(by_name(&ordered), by_name(&wasm));
        wasmparser::validate(&ordered)?;
        assert_eq!(by_likeness(&wasm)?, ordered, "the same each time");
        Ok(())
    }

    #[test]
    fn what_is_no_module_is_refused() {
        assert!(by_likeness(b"no module").is_err());
        let mut cut = module();
        cut.truncate(40);
        assert!(by_likeness(&cut).is_err());
    }
}
