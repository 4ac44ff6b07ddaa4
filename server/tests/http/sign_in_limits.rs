//! Failed sign-ins: tight by account, loose by address. The arithmetic itself is tested beside it.

use crate::kit::http::{Server, problem};

#[tokio::test]
async fn the_sixth_wrong_password_waits_even_if_it_is_right() {
    let server = Server::demo().await;
    for _ in 0..5 {
        assert_eq!(
            server.browser().sign_in("thuongcat.tuphap", "wrong").await.status(),
            401
        );
    }
    let answer = server.browser().sign_in("Thuongcat.Tuphap ", "demo-2024").await;
    assert_eq!(answer.status(), 429);
    let wait: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(problem(answer).await, "too-many-failures");
    server.signed_in("thuongcat.vanphong").await;
}

#[tokio::test]
async fn attempts_made_at_the_same_moment_do_not_slip_through() {
    let server = Server::demo().await;
    let attempts = (0..12).map(|_| async { server.browser().sign_in("thuongcat.tuphap", "wrong").await.status() });
    let statuses = futures::future::join_all(attempts).await;
    assert_eq!(
        statuses.iter().filter(|status| **status == 401).count(),
        5,
        "{statuses:?}"
    );
}

#[tokio::test]
async fn a_right_password_in_between_forgets_the_failures() {
    let server = Server::demo().await;
    for _ in 0..3 {
        for _ in 0..4 {
            assert_eq!(
                server.browser().sign_in("thuongcat.tuphap", "wrong").await.status(),
                401
            );
        }
        server.signed_in("thuongcat.tuphap").await;
    }
}

#[tokio::test]
async fn an_account_that_does_not_exist_is_limited_like_any_other() {
    let server = Server::demo().await;
    for _ in 0..5 {
        assert_eq!(server.browser().sign_in("nobody", "wrong").await.status(), 401);
    }
    assert_eq!(server.browser().sign_in("nobody", "wrong").await.status(), 429);
}
