//! What people sign in with is in no log and in no answer that it was not asked for.

use super::*;

/// Asks, and returns the answer's status, cookies and body.
fn ask(url: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> (u16, Vec<String>, String) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut request = agent.post(format!("{url}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut answer = request.send_json(body).unwrap();
    let cookies = answer.headers().get_all("set-cookie").iter();
    let cookies = cookies.map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap().to_owned());
    let cookies = cookies.collect();
    (answer.status().as_u16(), cookies, answer.body_mut().read_to_string().unwrap())
}

#[test]
fn passwords_codes_names_and_sessions_are_in_no_log_and_no_refusal() {
    let folder = scratch();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("doorstep.toml"), "log = \"trace\"").unwrap();
    let server = ServerProcess::start(&server_binary().unwrap(), &data).unwrap();
    let url = server.url();
    let hired = doorstep(&data, &["staff", "add", "Olu", "--role", "admin", "--sign-in", CANARY]);
    let code = hired["code"].as_str().unwrap().to_owned();
    let (password, wrong) = (format!("right {CANARY}"), format!("wrong {CANARY}"));
    let mut refusals = Vec::new();
    for body in [
        json!({ "code": CANARY, "password": wrong }),
        json!({ "code": code, "password": CANARY[..3] }),
        json!({ "code": [code], "password": wrong }),
    ] {
        refusals.push(ask(&url, "/v1/password", &[], &body));
    }
    let set = ask(&url, "/v1/password", &[], &json!({ "code": code, "password": password }));
    assert_eq!(set.0, 200, "{}", set.2);
    for name in [CANARY, "nobody"] {
        refusals.push(ask(&url, "/v1/sign-in", &[], &json!({ "name": name, "password": wrong })));
    }
    let signed_in = ask(&url, "/v1/sign-in", &[], &json!({ "name": CANARY, "password": password }));
    let (cookie, token) = (signed_in.1.join("; "), serde_json::from_str::<Value>(&signed_in.2).unwrap());
    let token = token["csrf_token"].as_str().unwrap();
    refusals.push(ask(&url, "/v1/session/end", &[("cookie", &cookie)], &json!({})));
    let own = [("cookie", cookie.as_str()), ("x-csrf-token", token)];
    let change = json!({ "current": wrong, "password": password });
    refusals.push(ask(&url, "/v1/session/password", &own, &change));
    let (_, _, offer) = ask(&url, "/v1/session/second-factor", &own, &json!({}));
    let offer: Value = serde_json::from_str(&offer).unwrap();
    refusals.push(ask(&url, "/v1/session/second-factor/confirm", &own, &json!({ "code": wrong })));
    server.stop().unwrap();

    let log = std::fs::read_to_string(folder.path().join("data.log")).unwrap();
    assert!(log.contains("/v1/sign-in") && log.contains("/v1/session/second-factor"), "{log}");
    assert!(refusals.iter().all(|(status, ..)| *status >= 400), "{refusals:?}");
    let said: String = refusals.into_iter().map(|(.., body)| body).chain([log]).collect();
    let mut secrets = vec![CANARY.to_owned(), code.clone(), code.replace('-', ""), token.to_owned()];
    secrets.push(offer["secret"].as_str().unwrap().to_owned());
    secrets
        .extend(set.1.iter().chain(&signed_in.1).map(|cookie| cookie.split_once('=').unwrap().1.to_owned()));
    for secret in secrets {
        assert!(!said.to_lowercase().contains(&secret.to_lowercase()), "{secret} is in what was said");
    }
}
