//! The link between phones and the server, and what it does to what passes.

use std::sync::Mutex;

use doorstep_client_core::environment::Environment;
use doorstep_client_core::ids::{AgencyId, DeviceId};
use doorstep_client_core::transport::{Cancel, Request, Response, Transport, TransportError};
use doorstep_server::auth::{Audience, Bearer};

use super::World;
use super::server::{Answer, Asked};

/// What the link does to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// The request is lost.
    RequestLost,
    /// The request arrives, the answer is cut after this many thousandths of its bytes.
    AnswerCut(u16),
    /// The request arrives twice; the second answer is the one that returns.
    Repeated,
    /// An old request for an exchange arrives again, out of order, before this one.
    OldOneFirst,
}

/// A request that reached the server.
#[derive(Clone)]
pub struct Passed {
    /// The request.
    pub request: Request,
    /// What it was answered with.
    pub status: u16,
}

#[derive(Default)]
pub(super) struct Line(Mutex<State>);

#[derive(Default)]
struct State {
    exchange_fault: Fault,
    other_fault: Fault,
    passed: Vec<Passed>,
}

const EXCHANGE: &str = "/v1/sync";

impl Line {
    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.0.lock().expect("nobody panics with the link"))
    }
}

impl State {
    fn fault(&mut self, path: &str) -> &mut Fault {
        if path == EXCHANGE { &mut self.exchange_fault } else { &mut self.other_fault }
    }
}

impl World {
    /// What the link does to the next exchange for which the phone has a token that holds.
    pub fn next_fault(&self, fault: Fault) {
        self.line.with(|state| state.exchange_fault = fault);
    }

    /// What the link does to the next request that is no exchange: one for new tokens, mostly.
    pub fn next_fault_beside_exchanges(&self, fault: Fault) {
        self.line.with(|state| state.other_fault = fault);
    }

    /// The link does nothing any more.
    pub fn mend_link(&self) {
        self.next_fault(Fault::None);
        self.next_fault_beside_exchanges(Fault::None);
    }

    /// How many requests have reached the server with a token that held.
    pub fn passed_count(&self) -> usize {
        self.line.with(|state| state.passed.len())
    }

    /// Those past the first so many.
    pub fn passed_since(&self, count: usize) -> Vec<Passed> {
        self.line.with(|state| state.passed[count..].to_vec())
    }

    /// Whose phone sent a request for an exchange.
    pub fn sender_of(&self, request: &Request) -> Option<(AgencyId, DeviceId)> {
        let (token, now) = (request.bearer()?, self.environment.now());
        match self.server().app.keys.read(Audience::Device, token, now) {
            Ok((Bearer::Device(agency, device), _)) => Some((agency, device)),
            _ => None,
        }
    }

    /// Lets the server answer a request.
    pub fn deliver(&self, request: &Request) -> Answer {
        self.server().call(Asked {
            method: request.method.as_str(),
            path: &request.path,
            headers: request.headers.clone(),
            body: request.body.clone(),
        })
    }

    /// Nobody waits for its answer any more. It is as if its token held still: what came within its minutes would do the
    /// same, and the more of them the better.
    fn an_old_exchange_arrives(&self) {
        let old = self.line.with(|state| {
            let passed = state.passed.iter().map(|passed| &passed.request);
            let exchanges: Vec<&Request> = passed.filter(|request| request.path == EXCHANGE).collect();
            let number = (!exchanges.is_empty()).then(|| self.environment.below(exchanges.len()));
            number.map(|number| exchanges[number].clone())
        });
        let Some(old) = old else { return };
        let Some((agency, device)) = self.sender_of(&old) else { return };
        let issued = self.server().app.keys.issue(Bearer::Device(agency, device), self.environment.now());
        let (token, _) = issued.expect("tokens can be signed");
        self.deliver(&old.with_bearer(&token));
    }
}

impl Transport for World {
    fn exchange(&self, request: Request, _: &Cancel) -> Result<Response, TransportError> {
        let fault = self.line.with(|state| std::mem::take(state.fault(&request.path)));
        if fault == Fault::RequestLost {
            return Err(TransportError::Lost);
        }
        if fault == Fault::OldOneFirst {
            self.an_old_exchange_arrives();
        }
        let mut answer = self.deliver(&request);
        if answer.status == 401 {
            // The phone comes again with a new token, and that is the exchange that was meant.
            self.line.with(|state| *state.fault(&request.path) = fault);
            return Ok(response(answer));
        }
        if fault == Fault::Repeated {
            answer = self.deliver(&request);
        }
        let is_stream = request.path == EXCHANGE && answer.status == 200;
        self.line.with(|state| state.passed.push(Passed { request, status: answer.status }));
        match fault {
            Fault::AnswerCut(thousandths) if is_stream => {
                answer.body.truncate(answer.body.len() * usize::from(thousandths) / 1_000);
            }
            Fault::AnswerCut(_) => return Err(TransportError::Lost),
            _ => {}
        }
        Ok(response(answer))
    }
}

fn response(answer: Answer) -> Response {
    Response { headers: answer.headers, ..Response::new(answer.status, answer.body) }
}
