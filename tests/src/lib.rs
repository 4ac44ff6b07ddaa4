//! End-to-end tests in a real Chromium, and the kit they share.
