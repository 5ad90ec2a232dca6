//! What the core says of a declaration, for readers who do not see its sources.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Expr, ExprLit, Lit, Result};

/// The lines of a doc comment. A link is the name that it shows: where it leads is not in an app's language.
pub(crate) struct Docs(Vec<String>);

impl Docs {
    /// Those among these attributes.
    pub(crate) fn of(attributes: &[Attribute]) -> Result<Self> {
        let docs = attributes.iter().filter(|attribute| attribute.path().is_ident("doc"));
        let line = |doc: &Attribute| match &doc.meta.require_name_value()?.value {
            Expr::Lit(ExprLit { lit: Lit::Str(line), .. }) => Ok(without_links(&line.value())),
            other => Err(syn::Error::new_spanned(other, "the words of a doc comment stand where it is")),
        };
        Ok(Self(docs.map(line).collect::<Result<_>>()?))
    }
}

impl Parse for Docs {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        Self::of(&input.call(Attribute::parse_outer)?)
    }
}

impl ToTokens for Docs {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let lines = &self.0;
        tokens.extend(quote!(#(#[doc = #lines])*));
    }
}

/// ``[`NAME`]`` and ``[`NAME`](PATH)`` become `` `NAME` ``.
fn without_links(line: &str) -> String {
    let (mut plain, mut rest) = (String::new(), line);
    while let Some((before, link)) = rest.split_once("[`") {
        let Some((name, after)) = link.split_once("`]") else { break };
        plain.extend([before, "`", name, "`"]);
        let target = after.strip_prefix('(').and_then(|target| target.split_once(')'));
        rest = target.map_or(after, |(_, after)| after);
    }
    plain + rest
}
