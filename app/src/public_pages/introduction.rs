//! `/gioi-thieu`: what this is, which browsers, how to install it, what works without a network.

use leptos::prelude::*;

use super::frame::frame;

/// The page. `style` is the address of the app's stylesheet.
///
/// The oldest browsers named are those that have everything the app needs: WebAssembly under a content security
/// policy (`wasm-unsafe-eval`: Chrome 97, Firefox 102, Safari 16), cascade layers (99, 97, 15.4), Web Locks.
pub fn introduction(style: Option<String>) -> impl IntoView {
    frame(
        "Giới thiệu",
        style,
        view! {
            <h1>"Chuẩn tiếp cận pháp luật"</h1>
            <p>
                "Phần mềm giúp xã, phường, thị trấn tự chấm điểm, tổng hợp và gửi hồ sơ công nhận đạt chuẩn tiếp cận pháp luật; "
                "giúp cơ quan cấp trên theo dõi và rà soát."
            </p>
            <p><a class="btn primary" href="/">"Mở phần mềm"</a></p>
            <section class="card">
                <h2>"Dùng được khi không có mạng"</h2>
                <p>
                    "Hồ sơ nằm ngay trên điện thoại hoặc máy tính của công chức. Sau lần đăng nhập đầu tiên khi có mạng, mở hồ sơ, "
                    "chấm điểm, viết giải trình và kê khai đều làm được ở nơi không có sóng."
                </p>
                <p>
                    "Dòng trạng thái ở đầu màn hình luôn cho biết dữ liệu đang ở đâu: "<b>"Đã lưu trên máy"</b>
                    " là đã ghi xong vào máy này; "<b>"Đã đồng bộ"</b>
                    " là máy chủ đã giữ chắc. Có mạng trở lại, phần mềm tự gửi. Hai người cùng sửa một hồ sơ khi mất mạng thì "
                    "không ai mất phần của mình."
                </p>
                <p>
                    "Cần có mạng: đăng nhập lần đầu trên một máy, bảng địa bàn của cơ quan rà soát, cập nhật phần mềm."
                </p>
            </section>
            <section class="card">
                <h2>"Trình duyệt"</h2>
                <ul class="list">
                    <li>"Máy tính và Android: Chrome, Edge hoặc Cốc Cốc từ phiên bản 100; Firefox từ phiên bản 102."</li>
                    <li>"iPhone, iPad: Safari từ iOS 16. Máy Mac: Safari từ phiên bản 16."</li>
                </ul>
                <p>
                    "Nếu mở từ Zalo hoặc Facebook, trang hiện trong trình duyệt riêng của các ứng dụng đó, có thể không giữ được dữ liệu. "
                    "Hãy chọn "<b>"Mở bằng Chrome"</b>" hoặc "<b>"Mở bằng Safari"</b>"."
                </p>
            </section>
            <section class="card">
                <h2>"Cài lên màn hình chính"</h2>
                <p>"Cài lên thì trình duyệt giữ dữ liệu chắc hơn và mở nhanh hơn. Trên iPhone, hãy cài trước khi làm việc không có mạng."</p>
                <ul class="list">
                    <li><b>"Android (Chrome): "</b>"bấm ⋮, chọn “Thêm vào màn hình chính” hoặc “Cài đặt ứng dụng”."</li>
                    <li><b>"iPhone, iPad (Safari): "</b>"bấm nút Chia sẻ, chọn “Thêm vào MH chính”."</li>
                    <li><b>"Máy tính (Chrome, Edge): "</b>"bấm biểu tượng cài đặt ở cuối thanh địa chỉ."</li>
                </ul>
            </section>
            <section class="card">
                <h2>"Tài khoản"</h2>
                <p>
                    "Tài khoản do quản trị của đơn vị cấp. Mỗi người dùng một tài khoản riêng, vì mỗi điểm đều ghi ai đã nhập và khi nào. "
                    "Hai người dùng chung một máy vẫn có dữ liệu riêng."
                </p>
            </section>
        },
    )
}
