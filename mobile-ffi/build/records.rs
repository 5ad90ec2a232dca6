//! The kinds of record, their structures and codes: how the macros of `client-core/src/record` declare them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{
    Field, GenericArgument, Ident, Item, ItemStruct, LitStr, PathArguments, Token, Type, Visibility, braced,
    parse_quote,
};

use crate::docs::Docs;

/// Mirrors what is declared in the files of this folder.
pub(crate) fn mirror(folder: &Path) -> Result<TokenStream> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.sort();
    let mut mirror = Mirror::default();
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "rs")) {
        mirror.read(file).with_context(|| format!("cannot mirror {}", file.display()))?;
    }
    mirror.finish()
}

/// What was read, as the declarations that UniFFI expands.
#[derive(Default)]
struct Mirror {
    structures: Vec<(Ident, ItemStruct)>,
    declarations: TokenStream,
    /// The code lists.
    lists: Vec<Ident>,
    /// Maps by the names that they get: the type of their keys, and of their elements.
    maps: BTreeMap<String, (Type, Type)>,
    has_kinds: bool,
}

impl Mirror {
    fn read(&mut self, file: &Path) -> Result<()> {
        let stem = file.file_stem().and_then(|stem| stem.to_str()).context("a module has a name")?;
        let module = format_ident!("{stem}");
        for item in syn::parse_file(&fs::read_to_string(file)?)?.items {
            let Item::Macro(item) = item else { continue };
            let name = item.mac.path.get_ident().map(Ident::to_string).unwrap_or_default();
            match name.as_str() {
                "structure" => self.structures.push((module.clone(), syn::parse2(item.mac.tokens)?)),
                "codes" => self.codes(&module, syn::parse2(item.mac.tokens)?),
                "kinds" => self.kinds(syn::parse2(item.mac.tokens)?),
                _ => {}
            }
        }
        Ok(())
    }

    fn structure(&mut self, module: &Ident, structure: &ItemStruct, plain: &BTreeSet<String>) -> Result<()> {
        let fields = structure.fields.iter().map(|field| self.field(field, plain));
        let fields = fields.collect::<Result<Vec<_>>>()?;
        let (docs, name) = (Docs::of(&structure.attrs)?, &structure.ident);
        self.declarations.extend(quote! {
            use doorstep_client_core::record::#module::#name;
            #[uniffi::remote(Record)]
            #docs
            pub struct #name { #(#fields),* }
        });
        Ok(())
    }

    /// A field may be left out where its default is plain. A code has to be chosen: UniFFI has no default for one of several.
    fn field(&mut self, field: &Field, plain: &BTreeSet<String>) -> Result<TokenStream> {
        let Field { attrs, ident: Some(name), ty, .. } = field else { bail!("a field has no name") };
        let default = plain.contains(&named(ty)?.0.to_string()).then(|| quote!(#[uniffi(default)]));
        let ty = match map(ty)? {
            Some((key, element)) => {
                let name = format_ident!("Keyed{}", named(&element)?.0);
                self.maps.insert(name.to_string(), (key, element));
                quote!(#name)
            }
            None => quote!(#ty),
        };
        let docs = Docs::of(attrs)?;
        Ok(quote!(#docs #default pub #name: #ty))
    }

    /// The types that have a plain default in every language: a structure does when all of its fields do.
    fn plain(&self) -> Result<BTreeSet<String>> {
        let mut plain: BTreeSet<String> = PLAIN.iter().map(|name| (*name).to_owned()).collect();
        loop {
            let before = plain.len();
            for (_, structure) in &self.structures {
                let names = structure.fields.iter().map(|field| Ok(named(&field.ty)?.0.to_string()));
                if names.collect::<Result<Vec<_>>>()?.iter().all(|name| plain.contains(name)) {
                    plain.insert(structure.ident.to_string());
                }
            }
            if plain.len() == before {
                return Ok(plain);
            }
        }
    }

    fn codes(&mut self, module: &Ident, codes: Codes) {
        let Codes { docs, name, codes } = codes;
        self.lists.push(name.clone());
        let codes = codes.iter().map(|Code { docs, name, code, display }| {
            let told = format!("{} (`{}`).", display.value(), code.value());
            quote!(#docs #[doc = #told] #name)
        });
        self.declarations.extend(quote! {
            use doorstep_client_core::record::#module::#name;
            #[uniffi::remote(Enum)]
            #docs
            pub enum #name {
                #(#codes,)*
                /// A code of a newer version, kept as it was written.
                Unrecognised(String),
            }
        });
    }

    fn kinds(&mut self, kinds: Kinds) {
        self.has_kinds = true;
        let (docs, names): (Vec<_>, Vec<_>) = kinds.0.iter().map(|kind| (&kind.docs, &kind.name)).unzip();
        self.declarations.extend(quote! {
            use doorstep_client_core::record::{AnyRecord, Kind};
            /// What a record is about.
            #[uniffi::remote(Enum)]
            pub enum Kind { #(#docs #names),* }
            /// A record of any kind.
            #[uniffi::remote(Enum)]
            pub enum AnyRecord { #(#docs #names(#names)),* }
        });
    }

    fn finish(mut self) -> Result<TokenStream> {
        if !self.has_kinds {
            bail!("the kinds of record were not found");
        }
        let plain = self.plain()?;
        for (module, structure) in std::mem::take(&mut self.structures) {
            self.structure(&module, &structure, &plain)?;
        }
        let maps = self.maps.iter().map(|(name, (key, element))| {
            let name = format_ident!("{name}");
            quote! {
                type #name = std::collections::BTreeMap<#key, #element>;
                uniffi::custom_type!(#name, std::collections::HashMap<#key, #element>, {
                    remote,
                    lower: |elements| elements.into_iter().collect(),
                    try_lift: |elements| Ok(elements.into_iter().collect()),
                });
            }
        });
        let (declarations, any_code) = (&self.declarations, self.any_code());
        Ok(quote! {
            #declarations
            #(#maps)*
            #any_code
        })
    }

    /// What can be asked of a code of whichever list.
    fn any_code(&self) -> TokenStream {
        let lists = &self.lists;
        let told = lists.iter().map(|name| format!("The codes of `{name}`."));
        let told: Vec<_> = told.collect();
        quote! {
            /// A list of codes.
            #[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
            pub enum CodeList { #(#[doc = #told] #lists),* }

            /// A code of any list.
            #[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
            pub enum AnyCode { #(#[doc = #told] #lists(#lists)),* }

            /// Every code of a list that this version knows, in the list's order.
            #[uniffi::export]
            pub(crate) fn codes_of(list: CodeList) -> Vec<AnyCode> {
                match list {
                    #(CodeList::#lists => #lists::ALL.iter().cloned().map(AnyCode::#lists).collect()),*
                }
            }

            /// A code as it is stored and exchanged.
            #[uniffi::export]
            pub(crate) fn code(of: AnyCode) -> String {
                match of { #(AnyCode::#lists(code) => code.code().to_owned()),* }
            }

            /// What a person reads for a code.
            #[uniffi::export]
            pub(crate) fn display(of: AnyCode) -> String {
                match of { #(AnyCode::#lists(code) => code.display().to_owned()),* }
            }
        }
    }
}

/// The types of values that have a plain default in every language.
const PLAIN: &[&str] = &["Option", "Keyed", "Members", "BTreeMap", "String", "Text", "bool", "i64", "f64"];

/// The key and the element, where the type is a map.
fn map(ty: &Type) -> Result<Option<(Type, Type)>> {
    let (name, arguments) = named(ty)?;
    let types: Vec<&Type> = match arguments {
        PathArguments::AngleBracketed(arguments) => arguments.args.iter().filter_map(a_type).collect(),
        _ => Vec::new(),
    };
    match (name.to_string().as_str(), types.as_slice()) {
        ("Keyed", [element]) => Ok(Some((parse_quote!(ElementId), (*element).clone()))),
        ("BTreeMap", [key, element]) => Ok(Some(((*key).clone(), (*element).clone()))),
        ("Keyed" | "BTreeMap", _) => bail!("{name} has other arguments than a map has"),
        _ => Ok(None),
    }
}

fn a_type(argument: &GenericArgument) -> Option<&Type> {
    match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

fn named(ty: &Type) -> Result<(&Ident, &PathArguments)> {
    let Type::Path(path) = ty else { bail!("a field's type has no name") };
    let last = path.path.segments.last().context("a path has segments")?;
    Ok((&last.ident, &last.arguments))
}

/// `codes! { /// docs pub enum Name { Variant = "code": "Display", … } }`
struct Codes {
    docs: Docs,
    name: Ident,
    codes: Punctuated<Code, Token![,]>,
}

struct Code {
    docs: Docs,
    name: Ident,
    code: LitStr,
    display: LitStr,
}

impl Parse for Codes {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let docs = input.parse()?;
        input.parse::<Visibility>()?;
        input.parse::<Token![enum]>()?;
        let name = input.parse()?;
        let inside;
        braced!(inside in input);
        Ok(Self { docs, name, codes: Punctuated::parse_terminated(&inside)? })
    }
}

impl Parse for Code {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let docs = input.parse()?;
        let name = input.parse()?;
        input.parse::<Token![=]>()?;
        let code = input.parse()?;
        input.parse::<Token![:]>()?;
        Ok(Self { docs, name, code, display: input.parse()? })
    }
}

/// `kinds! { /// docs Variant = "code": "Display" in module, … }`
struct Kinds(Punctuated<KindLine, Token![,]>);

struct KindLine {
    docs: Docs,
    name: Ident,
}

impl Parse for Kinds {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self(Punctuated::parse_terminated(input)?))
    }
}

impl Parse for KindLine {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let Code { docs, name, .. } = input.parse()?;
        input.parse::<Token![in]>()?;
        input.parse::<Ident>()?;
        Ok(Self { docs, name })
    }
}
