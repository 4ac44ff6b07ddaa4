//! What is around every public page.

use leptos::prelude::*;

/// A whole document. `style` is the address of the app's stylesheet, `None` where the app is not built.
pub(super) fn frame(title: &str, style: Option<String>, content: impl IntoView) -> impl IntoView {
    let style = style.map(|address| view! { <link rel="stylesheet" href=address /> });
    // One text: Leptos would put a marker between two, and a title shows it.
    let title = format!("{title} – Chuẩn tiếp cận pháp luật");
    view! {
        <!DOCTYPE html>
        <html lang="vi">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <title>{title}</title>
                {style}
            </head>
            <body>
                <a class="skip" href="#noi-dung">"Đến nội dung"</a>
                <div class="page reading">
                    <main id="noi-dung">
                        <div class="pad">{content}</div>
                    </main>
                </div>
            </body>
        </html>
    }
}
