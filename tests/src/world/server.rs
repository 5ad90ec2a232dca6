//! The whole server in this process, from its router down, without a network between.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Request};
use doorstep_client_core::environment::Environment;
use doorstep_server::app::{self, App};
use doorstep_server::config::Config;
use doorstep_server::router::router;
use http_body_util::BodyExt;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tower_service::Service;

/// What all servers of a process run on.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(1).enable_all().build().expect("a runtime can be started")
});

/// A server.
#[derive(Clone)]
pub struct Server {
    /// What its handlers work with.
    pub app: Arc<App>,
    router: Router,
}

/// What is asked of a server.
pub struct Asked<'a> {
    /// The HTTP method.
    pub method: &'static str,
    /// The path.
    pub path: &'a str,
    /// The headers, their names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What a server answers.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers, their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Server {
    /// Opens a data folder.
    pub(super) fn open(data: &Path, environment: Arc<dyn Environment>) -> Self {
        let (_, stopping) = watch::channel(false);
        let (app, _) =
            app::open(data, environment, stopping, &Config::default()).expect("the server's data opens");
        let app = Arc::new(app);
        Self { router: router(Arc::clone(&app)), app }
    }

    /// Lets the server answer. A server that fails ends the test.
    pub(super) fn call(&self, asked: Asked<'_>) -> Answer {
        let mut request = Request::builder().method(asked.method).uri(asked.path);
        for (name, value) in asked.headers {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(asked.body)).expect("a request can be made");
        let mut router = self.router.clone();
        let (head, body) = RUNTIME.block_on(async move {
            let Ok(answer) = router.call(request).await;
            let (head, body) = answer.into_parts();
            let body = body.collect().await.expect("an answer is not broken off");
            (head, body.to_bytes().to_vec())
        });
        let status = head.status.as_u16();
        assert!(status < 500, "the server failed: {} {status}", asked.path);
        let text = |(name, value): (&HeaderName, &HeaderValue)| {
            (name.as_str().to_owned(), value.to_str().expect("the server's headers are text").to_owned())
        };
        Answer { status, headers: head.headers.iter().map(text).collect(), body }
    }

    /// Closes the server's data, once the last handler has let go of it.
    pub(super) fn close(self) {
        let Self { mut app, router } = self;
        drop(router);
        while let Err(held) = Arc::try_unwrap(app) {
            app = held;
            std::thread::yield_now();
        }
    }
}
