//! Structures and enums that the core declares as Rust does.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Field, Fields, Generics, Ident, Item, ItemEnum, ItemStruct, Type, Variant, Visibility};

use crate::docs::Docs;

/// Where the core declares some of them.
pub(crate) struct Source {
    /// The file, below the core's sources.
    pub(crate) file: &'static str,
    /// The core's module that shows them.
    pub(crate) module: &'static str,
    /// Their names.
    pub(crate) types: &'static [&'static str],
}

/// Mirrors them all. `sources` is the folder of the core's sources.
pub(crate) fn mirror(sources: &Path, all: &[Source]) -> Result<TokenStream> {
    let mut declarations = TokenStream::new();
    for Source { file, module, types } in all {
        let path = sources.join(file);
        let cannot = || format!("cannot mirror {}", path.display());
        let items =
            syn::parse_file(&fs::read_to_string(&path).with_context(cannot)?).with_context(cannot)?.items;
        let (module, names) = (format_ident!("{module}"), types.iter().map(|name| format_ident!("{name}")));
        declarations.extend(quote!(use doorstep_client_core::#module::{#(#names),*};));
        for name in *types {
            declarations.extend(declaration(&items, name).with_context(cannot)?);
        }
    }
    Ok(declarations)
}

fn declaration(items: &[Item], name: &str) -> Result<TokenStream> {
    for item in items {
        match item {
            Item::Struct(item) if item.ident == name => return structure(item),
            Item::Enum(item) if item.ident == name => return enumeration(item),
            _ => {}
        }
    }
    bail!("it declares no structure or enum {name}")
}

fn structure(item: &ItemStruct) -> Result<TokenStream> {
    let name = &item.ident;
    not_generic(name, &item.generics)?;
    ensure!(matches!(item.fields, Fields::Named(_)), "the fields of {name} have no names");
    let fields = item.fields.iter().map(|field| {
        let told = field.ident.as_ref().map(Ident::to_string).unwrap_or_default();
        ensure!(matches!(field.vis, Visibility::Public(_)), "{name}.{told} is not public");
        let default = may_be_left_out(&field.ty).then(|| quote!(#[uniffi(default)]));
        named(field, quote!(#default pub))
    });
    let (docs, fields) = (Docs::of(&item.attrs)?, fields.collect::<Result<Vec<_>>>()?);
    Ok(quote! {
        #[uniffi::remote(Record)]
        #docs
        pub struct #name { #(#fields),* }
    })
}

fn enumeration(item: &ItemEnum) -> Result<TokenStream> {
    let name = &item.ident;
    not_generic(name, &item.generics)?;
    let variants = item.variants.iter().map(|variant| {
        let Variant { attrs, ident, fields, discriminant } = variant;
        ensure!(discriminant.is_none(), "{name}::{ident} is a number");
        let fields = match fields {
            Fields::Unit => TokenStream::new(),
            Fields::Named(fields) => {
                let fields = fields
                    .named
                    .iter()
                    .map(|field| named(field, TokenStream::new()))
                    .collect::<Result<Vec<_>>>()?;
                quote!({ #(#fields),* })
            }
            Fields::Unnamed(fields) => {
                let types = fields.unnamed.iter().map(|field| &field.ty);
                quote!((#(#types),*))
            }
        };
        let docs = Docs::of(attrs)?;
        Ok(quote!(#docs #ident #fields))
    });
    let (docs, variants) = (Docs::of(&item.attrs)?, variants.collect::<Result<Vec<_>>>()?);
    Ok(quote! {
        #[uniffi::remote(Enum)]
        #docs
        pub enum #name { #(#variants),* }
    })
}

fn named(field: &Field, before: TokenStream) -> Result<TokenStream> {
    let (docs, name, ty) = (Docs::of(&field.attrs)?, &field.ident, &field.ty);
    Ok(quote!(#docs #before #name: #ty))
}

/// What may be none is that, unless an app says otherwise.
fn may_be_left_out(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Option"))
}

fn not_generic(name: &Ident, generics: &Generics) -> Result<()> {
    ensure!(generics.params.is_empty(), "{name} is generic, which no other language takes");
    Ok(())
}
