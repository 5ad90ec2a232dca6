//! The API's description: it holds every route, says who may call it, and is what the server does.

#![allow(clippy::unwrap_used, reason = "what helps a test fails as its body does")]

use std::collections::BTreeSet;

use doorstep_client_core::wire::MEDIA_TYPE;
use doorstep_server::access::Action;
use doorstep_server::router;
use doorstep_tests::office::Office;
use doorstep_tests::tree::{read, sources};
use serde_json::{Value, json};

/// Every route, and who may: anybody, or the bearer of which token (or, for her own account, who has a session) who may do
/// what, in the words of `access`.
const ROUTES: &str = "\
DELETE /v1/office/cases/{scope}/grants/{staff}: office, assign
GET /.well-known/jwks.json: anybody
GET /healthz: anybody
GET /v1/cases/{scope}/files/{sha256}: device, sync
GET /v1/events: device, sync
GET /v1/office/activity: office, oversee
GET /v1/office/audit: office, manage
GET /v1/office/cases/{scope}: office, read
GET /v1/office/cases: office, oversee
GET /v1/office/conflicts: office, oversee
GET /v1/office/devices: office, oversee
GET /v1/office/quarantine/{id}: office, oversee
GET /v1/office/quarantine: office, oversee
GET /v1/office/records/{record}: office, read
GET /v1/office/review: office, oversee
GET /v1/office/staff: office, oversee
GET /v1/openapi.json: anybody
GET /v1/session: session, oversee
HEAD /v1/cases/{scope}/files/{sha256}: device, sync
PATCH /v1/cases/{scope}/files/{sha256}: device, sync
POST /v1/enrol: anybody
POST /v1/office/cases/{scope}/close: office, assign
POST /v1/office/cases/{scope}/grants: office, assign
POST /v1/office/cases/{scope}/reopen: office, assign
POST /v1/office/devices/{device}/lock: office, manage
POST /v1/office/devices/{device}/unlock: office, manage
POST /v1/office/devices/{device}/wipe: office, manage
POST /v1/office/quarantine/{id}/accept: office, oversee
POST /v1/office/quarantine/{id}/discard: office, oversee
POST /v1/office/records/{record}/resolve: office, write
POST /v1/office/records: office, write or open
POST /v1/office/review/late/{seq}/seen: office, oversee
POST /v1/office/review/{entry}/seen: office, oversee
POST /v1/office/staff/{staff}/invite: office, manage
POST /v1/office/staff/{staff}/leave: office, manage
POST /v1/office/staff/{staff}/reset: office, manage
POST /v1/office/staff/{staff}/return: office, manage
POST /v1/office/staff/{staff}/role: office, manage
POST /v1/office/staff/{staff}/sign-out: office, manage
POST /v1/office/staff: office, manage
POST /v1/password: anybody
POST /v1/session/end-everywhere: session, oversee
POST /v1/session/end: session, oversee
POST /v1/session/password: session, oversee
POST /v1/session/second-factor/confirm: session, oversee
POST /v1/session/second-factor/remove: session, oversee
POST /v1/session/second-factor: session, oversee
POST /v1/sign-in: anybody
POST /v1/sync: device, sync
POST /v1/token: anybody
POST /v1/wiped: anybody
PUT /v1/office/records/{record}: office, write
";

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
const AN_ID: &str = "01900000-0000-7000-8000-000000000000";

/// A route as it is described.
struct Route {
    method: String,
    path: String,
    operation: Value,
}

impl Route {
    fn all() -> Vec<Self> {
        let mut routes = Vec::new();
        for (path, item) in document()["paths"].as_object().unwrap() {
            for method in METHODS {
                if let Some(operation) = item.get(method) {
                    let (method, operation) = (method.to_uppercase(), operation.clone());
                    routes.push(Self { method, path: path.clone(), operation });
                }
            }
        }
        routes
    }

    /// The token that it asks for, and what its bearer must be allowed to do; none where it asks for none.
    fn bearer(&self) -> Option<(String, Vec<String>)> {
        let mut found: Option<(String, Vec<String>)> = None;
        for requirement in self.operation["security"].as_array().expect("it says who may") {
            let (bearer, actions) = requirement.as_object().unwrap().iter().next()?;
            let actions =
                actions.as_array().unwrap().iter().map(|action| action.as_str().unwrap().to_owned());
            let (before, all) = found.get_or_insert_with(|| (bearer.clone(), Vec::new()));
            assert_eq!(before, bearer, "{} takes one kind of token", self.path);
            all.extend(actions);
        }
        found
    }

    fn line(&self) -> String {
        let who = match self.bearer() {
            None => "anybody".to_owned(),
            Some((bearer, actions)) => format!("{bearer}, {}", actions.join(" or ")),
        };
        format!("{} {}: {who}", self.method, self.path)
    }

    /// The names in its path.
    fn names(&self) -> BTreeSet<&str> {
        let name = |part| <str>::strip_prefix(part, '{')?.strip_suffix('}');
        self.path.split('/').filter_map(name).collect()
    }

    /// Calls it with some id in each place that takes a name, and no body. Its status, and its problem's code.
    fn call(&self, office: &Office, token: Option<&str>) -> (u16, Value) {
        let mut path = self.path.clone();
        for name in self.names() {
            path = path.replace(&format!("{{{name}}}"), AN_ID);
        }
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut request =
            ureq::http::Request::builder().method(self.method.as_str()).uri(office.url() + &path);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let mut answer = agent.run(request.body(()).unwrap()).unwrap();
        let problem: Value = answer.body_mut().read_json().unwrap_or_default();
        (answer.status().as_u16(), problem["code"].clone())
    }
}

fn document() -> Value {
    serde_json::to_value(router::document()).unwrap()
}

#[test]
fn the_routes_are_these_and_these_may_call_them() {
    let lines: Vec<String> = Route::all().iter().map(Route::line).collect();
    let lines: BTreeSet<&str> = lines.iter().map(String::as_str).collect();
    let differing: Vec<&str> = lines.symmetric_difference(&ROUTES.lines().collect()).copied().collect();
    assert!(differing.is_empty(), "mend the list, or the route: {differing:#?}");
}

#[test]
fn every_route_is_described_and_every_description_has_its_route() {
    let router = read("server/src/router.rs");
    let (product, _) = router.split_once("#[cfg(test)]").unwrap();
    for undescribed in [".route(", ".route_service(", ".nest(", ".nest_service("] {
        assert!(
            !product.contains(undescribed),
            "router.rs adds a route without a description: {undescribed}"
        );
    }
    let described =
        sources(&["server/src"]).into_iter().map(|source| source.code().matches("#[utoipa::path(").count());
    let pages = serde_json::to_value(router::pages_document()).unwrap();
    let pages = pages["paths"].as_object().unwrap().values().map(|path| path.as_object().unwrap().len());
    let routes = Route::all().len() + pages.sum::<usize>();
    assert_eq!(described.sum::<usize>(), routes, "a handler is described that no route leads to");
}

#[test]
fn who_is_not_let_in_by_the_description_is_not_let_in_by_the_server() {
    let office = Office::start();
    // The answer to a HEAD has no body.
    let refused =
        |route: &Route, code: &str| (401, if route.method == "HEAD" { Value::Null } else { json!(code) });
    let signed_out = (401, json!("signed_out"));
    for route in Route::all() {
        let of_the_office = office.token();
        let (bare, forged, other) = (
            route.call(&office, None),
            route.call(&office, Some("a.b.c")),
            route.call(&office, Some(of_the_office)),
        );
        match route.bearer() {
            None => assert!(bare.0 < 500 && bare.0 != 401 && bare.0 != 404, "{}: {bare:?}", route.line()),
            Some((bearer, _)) if bearer == "session" => {
                assert!([bare, forged, other].iter().all(|answer| *answer == signed_out), "{}", route.line());
            }
            Some((bearer, _)) => {
                let (missing, invalid) = (refused(&route, "token_missing"), refused(&route, "token_invalid"));
                assert_eq!((bare, forged), (missing, invalid.clone()), "{}", route.line());
                assert_eq!(other == invalid, bearer != "office", "{}: {other:?}", route.line());
            }
        }
    }
}

#[test]
fn a_description_names_what_its_path_names_and_only_actions_that_there_are() {
    let mut ids = BTreeSet::new();
    for route in Route::all() {
        let named = route.operation["parameters"].as_array().cloned().unwrap_or_default();
        let named: Vec<&Value> = named.iter().filter(|named| named["in"] == "path").collect();
        let named: BTreeSet<&str> = named.iter().map(|named| named["name"].as_str().unwrap()).collect();
        assert_eq!(named, route.names(), "{}", route.line());
        let id = route.operation["operationId"].as_str().unwrap().to_owned();
        assert!(ids.insert(id), "{} has the name of another", route.line());
        for action in route.bearer().unwrap_or_default().1 {
            let is_known = Action::ALL.iter().any(|known| known.code() == action);
            assert!(is_known, "{}: access knows no {action}", route.line());
        }
    }
    let sync = &document()["paths"]["/v1/sync"]["post"];
    for body in [&sync["requestBody"], &sync["responses"]["200"]] {
        assert_eq!(body["content"].as_object().unwrap().keys().collect::<Vec<_>>(), [MEDIA_TYPE]);
    }
}

/// Of two types that are described under one name, one is described as the other.
#[test]
fn no_two_types_are_described_under_one_name() {
    let mut described = BTreeSet::new();
    for source in sources(&["server/src"]) {
        let (code, mut is_described, mut alias) = (source.product(), false, None);
        for line in code.lines().filter(|line| !line.starts_with("use ")) {
            is_described |= line.contains("ToSchema");
            alias =
                line.trim().strip_prefix("#[schema(as = ").and_then(|name| name.strip_suffix(")]")).or(alias);
            let words: Vec<&str> = line.split_whitespace().collect();
            let own = words.iter().position(|word| matches!(*word, "struct" | "enum" | "impl"));
            let Some(own) = own.filter(|_| is_described) else { continue };
            let own = if words[own] == "impl" { words.get(own + 3) } else { words.get(own + 1) };
            let own = own.map(|name| name.split(|c: char| !c.is_alphanumeric()).next().unwrap());
            let name = alias.or(own).unwrap().to_owned();
            assert!(
                !described.contains(&name),
                "{} describes another {name}: give it a name with `as`",
                source.path
            );
            described.insert(name);
            (is_described, alias) = (false, None);
        }
    }
    let document = document();
    let names: BTreeSet<String> =
        document["components"]["schemas"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(described, names);
    let text = document.to_string();
    for name in text.split("#/components/schemas/").skip(1).map(|after| after.split('"').next().unwrap()) {
        assert!(names.contains(name), "{name} is named and not described");
    }
}

#[test]
fn the_server_shows_its_description() {
    let office = Office::start();
    assert_eq!(office.get("/v1/openapi.json"), document());
}
