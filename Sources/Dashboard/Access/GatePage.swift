import HTTPTypes
import Hummingbird

/// A page for somebody who is not signed in.
struct GatePage {
    let title: String
    let content: HTML

    func response(_ status: HTTPResponse.Status, _ theme: Theme) -> Response {
        PageDocument(
            title: title,
            theme: theme,
            body: """
                <body class="gate">
                <main id="main">
                <p class="brand"><img src="\(Asset.icon.path)" alt="" width="32" height="32"> Trunkline</p>
                <h1>\(title)</h1>
                \(content)
                </main>
                </body>
                """
        ).response(status)
    }
}
