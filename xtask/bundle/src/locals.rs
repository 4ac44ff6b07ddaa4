//! The numbers of a function's locals: the more a local is used the smaller its number, because that is what compresses.
//!
//! A compiler numbers them as it makes them. Numbered by their use, and those used as often in the order they are
//! mentioned, the same few numbers do most of the work in every function. Parameters keep theirs, and locals of one type
//! stand together, as the format wants it. What a local is called means nothing to the browser; one that nothing uses is
//! left out.

use anyhow::{Context, Result};
use std::{cmp::Reverse, convert::Infallible};
use wasm_encoder::{
    CodeSection, Function, Instruction, Module, ValType,
    reencode::{Error, Reencode, utils},
};
use wasmparser::{FunctionBody, Operator, Parser, Payload};

/// The same module with the locals of its functions in another order.
pub(crate) fn by_use(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut numbering = Numbering {
        parameters: parameters(wasm)?.into_iter(),
        numbers: Vec::new(),
    };
    let mut out = Module::new();
    numbering.parse_core_module(&mut out, Parser::new(0), wasm)?;
    Ok(out.finish())
}

/// How many parameters each of the module's own functions has.
fn parameters(wasm: &[u8]) -> Result<Vec<usize>> {
    let (mut of_type, mut of_function) = (Vec::new(), Vec::new());
    for part in Parser::new(0).parse_all(wasm) {
        match part? {
            Payload::TypeSection(types) => {
                for of in types.into_iter_err_on_gc_types() {
                    of_type.push(of?.params().len());
                }
            }
            Payload::FunctionSection(functions) => {
                for of in functions {
                    of_function.push(*of_type.get(usize::try_from(of?)?).context("a type")?);
                }
            }
            _ => {}
        }
    }
    Ok(of_function)
}

/// Writes the module anew, every mention of a local with its new number.
struct Numbering {
    /// Of the functions still to come.
    parameters: std::vec::IntoIter<usize>,
    /// Of the function that is being written: the new number of each parameter and local.
    numbers: Vec<u32>,
}

impl Numbering {
    fn number(&self, local: u32) -> u32 {
        let new = usize::try_from(local).ok().and_then(|local| self.numbers.get(local));
        new.copied().unwrap_or(local)
    }
}

/// A local that is used.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Local {
    of: ValType,
    /// How often, as a power of two: between 9 and 12 times it matters more which comes first.
    often: Reverse<u32>,
    /// Its place among those that are used, in the order they are mentioned.
    mentioned: usize,
    number: usize,
}

/// The locals a function uses, in their new order. `types` are of its locals; of its parameters there are none.
fn in_order(body: &FunctionBody<'_>, types: &[Option<ValType>]) -> Result<Vec<Local>, Error> {
    let (mut uses, mut mentioned) = (vec![0_u32; types.len()], Vec::new());
    for operator in body.get_operators_reader()? {
        if let Operator::LocalGet { local_index }
        | Operator::LocalSet { local_index }
        | Operator::LocalTee { local_index } = operator?
            && let Ok(number) = usize::try_from(local_index)
            && let Some(uses) = uses.get_mut(number)
        {
            if *uses == 0 {
                mentioned.push(number);
            }
            *uses += 1;
        }
    }
    let mentioned = mentioned.into_iter().enumerate();
    let mut locals: Vec<Local> = mentioned
        .filter_map(|(mentioned, number)| {
            Some(Local {
                of: (*types.get(number)?)?,
                often: Reverse(uses.get(number)?.ilog2()),
                mentioned,
                number,
            })
        })
        .collect();
    locals.sort_unstable();
    Ok(locals)
}

impl Reencode for Numbering {
    type Error = Infallible;

    fn instruction<'a>(&mut self, operator: Operator<'a>) -> Result<Instruction<'a>, Error> {
        Ok(match operator {
            Operator::LocalGet { local_index } => Instruction::LocalGet(self.number(local_index)),
            Operator::LocalSet { local_index } => Instruction::LocalSet(self.number(local_index)),
            Operator::LocalTee { local_index } => Instruction::LocalTee(self.number(local_index)),
            other => utils::instruction(self, other)?,
        })
    }

    fn parse_function_body(&mut self, code: &mut CodeSection, body: FunctionBody<'_>) -> Result<(), Error> {
        let parameters = self.parameters.next().unwrap_or_default();
        let mut types: Vec<Option<ValType>> = vec![None; parameters];
        for run in body.get_locals_reader()? {
            let (number, of) = run?;
            types.extend((0..number).map(|_| of.try_into().ok()));
        }
        let locals = in_order(&body, &types)?;
        self.numbers = (0_u32..).take(types.len()).collect();
        for (local, new) in locals.iter().zip((0_u32..).skip(parameters)) {
            if let Some(number) = self.numbers.get_mut(local.number) {
                *number = new;
            }
        }
        let mut function = Function::new_with_locals_types(locals.iter().map(|local| local.of));
        let mut operators = body.get_operators_reader()?;
        while !operators.eof() {
            function.instruction(&self.parse_instruction(&mut operators)?);
        }
        code.function(&function);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{FunctionSection, TypeSection};

    /// A function of one parameter (0), and of the locals 1 (a wide number) to 5. 2 is never used; 5 as often as 3, after it.
    fn module() -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([ValType::I32], [ValType::I32]);
        types.ty().function([], []);
        let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
        functions.function(1).function(0);
        let mut empty = Function::new([]);
        empty.instruction(&Instruction::End);
        let mut body = Function::new([(1, ValType::I64), (4, ValType::I32)]);
        for instruction in [
            Instruction::I64Const(7),
            Instruction::LocalSet(1),
            Instruction::LocalGet(0),
            Instruction::LocalSet(3),
            Instruction::LocalGet(3),
            Instruction::LocalTee(4),
            Instruction::LocalGet(4),
            Instruction::I32Add,
            Instruction::LocalSet(4),
            Instruction::LocalGet(1),
            Instruction::I32WrapI64,
            Instruction::LocalGet(4),
            Instruction::I32Add,
            Instruction::LocalTee(5),
            Instruction::LocalGet(5),
            Instruction::I32Add,
            Instruction::End,
        ] {
            body.instruction(&instruction);
        }
        code.function(&empty).function(&body);
        let mut module = Module::new();
        module.section(&types).section(&functions).section(&code);
        module.finish()
    }

    /// The locals declared by the second function, and those it mentions.
    fn second(wasm: &[u8]) -> Result<(Vec<wasmparser::ValType>, Vec<u32>)> {
        let mut bodies = Vec::new();
        for part in Parser::new(0).parse_all(wasm) {
            if let Payload::CodeSectionEntry(body) = part? {
                bodies.push(body);
            }
        }
        let (mut declared, mut mentioned) = (Vec::new(), Vec::new());
        let body = bodies.get(1).context("a second function")?;
        for run in body.get_locals_reader()? {
            let (number, of) = run?;
            declared.extend((0..number).map(|_| of));
        }
        for operator in body.get_operators_reader()? {
            if let Operator::LocalGet { local_index }
            | Operator::LocalSet { local_index }
            | Operator::LocalTee { local_index } = operator?
            {
                mentioned.push(local_index);
            }
        }
        Ok((declared, mentioned))
    }

    #[test]
    fn the_most_used_come_first_among_their_type_and_parameters_stay() -> Result<()> {
        use wasmparser::ValType::{I32, I64};
        let numbered = by_use(&module())?;
        wasmparser::validate(&numbered)?;
        let (declared, mentioned) = second(&numbered)?;
        assert_eq!(declared, [I32, I32, I32, I64]);
        // Before: 1, 0, 3, 3, 4, 4, 4, 1, 4, 5, 5.
        assert_eq!(mentioned, [4, 0, 2, 2, 1, 1, 1, 4, 1, 3, 3]);
        assert_eq!(by_use(&numbered)?, numbered, "once numbered, they stay");
        Ok(())
    }

    #[test]
    fn what_is_no_module_is_refused() {
        assert!(by_use(b"no module").is_err());
        let mut cut = module();
        cut.truncate(30);
        assert!(by_use(&cut).is_err());
    }
}
