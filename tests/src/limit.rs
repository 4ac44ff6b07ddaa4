//! Nothing waits for ever.

use anyhow::{Context, Result, bail};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// How often a condition is looked at.
const STEP: Duration = Duration::from_millis(25);

/// `work`, or an error that names it after `limit`. What `work` owns is dropped, and so ended, either way.
///
/// # Errors
/// What `work` fails with, or that it took too long.
pub async fn within<T>(limit: Duration, what: &str, work: impl Future<Output = Result<T>>) -> Result<T> {
    timeout(limit, work)
        .await
        .with_context(|| format!("{what}: not done after {limit:?}"))?
}

/// Asks again until the answer is `Some`; on time-out the error carries what `describe` says is there instead.
///
/// # Errors
/// The first error of `ask`, or that the answer never came.
pub async fn until<T, A, D>(limit: Duration, mut ask: impl FnMut() -> A, describe: impl FnOnce() -> D) -> Result<T>
where
    A: Future<Output = Result<Option<T>>>,
    D: Future<Output = String>,
{
    let end = Instant::now() + limit;
    loop {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        if Instant::now() >= end {
            bail!("not after {limit:?}: {}", describe().await);
        }
        sleep(STEP).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_that_hangs_is_ended() {
        let endless = within(
            Duration::from_millis(20),
            "endless",
            std::future::pending::<Result<()>>(),
        )
        .await;
        assert!(endless.is_err_and(|problem| problem.to_string().contains("endless")));
    }

    #[tokio::test]
    async fn a_condition_is_asked_again_until_it_holds() -> Result<()> {
        let mut asked = 0;
        let answer = until(
            Duration::from_secs(5),
            || {
                asked += 1;
                let answer = (asked == 3).then_some(asked);
                async move { Ok(answer) }
            },
            || async { String::new() },
        );
        assert_eq!(answer.await?, 3);
        let never = until(
            Duration::ZERO,
            || async { Ok(None::<()>) },
            || async { "still no".to_owned() },
        )
        .await;
        assert!(never.is_err_and(|problem| problem.to_string().contains("still no")));
        Ok(())
    }
}
