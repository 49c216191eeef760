import CDashboard
import Digests
import HTTPTypes
import Hummingbird
import WebAPI

/// A file that pages load. It is a part of the program.
struct Asset: Sendable {
    let name: String
    let mediaType: String
    let bytes: [UInt8]
    /// Names the bytes, so that browsers may keep them for good.
    private let version: String

    static let style = Asset("dashboard.css", "text/css; charset=utf-8", dashboard_style)
    static let script = Asset("dashboard.js", "text/javascript; charset=utf-8", dashboard_script)
    static let forms = Asset("forms.js", "text/javascript; charset=utf-8", dashboard_forms)
    static let lists = Asset("lists.js", "text/javascript; charset=utf-8", dashboard_lists_script)
    static let live = Asset("live.js", "text/javascript; charset=utf-8", dashboard_live_script)
    static let icon = Asset("icon.svg", "image/svg+xml", dashboard_icon)

    /// What every page runs.
    static let scripts = [script, forms, lists, live]

    /// An agent for the first call.
    static let exampleAgent = String(decoding: contents(of: dashboard_example_agent), as: UTF8.self)

    private init(_ name: String, _ mediaType: String, _ file: dashboard_file) {
        self.name = name
        self.mediaType = mediaType
        bytes = Self.contents(of: file)
        version = String(SHA256.hexadecimal(String(decoding: bytes, as: UTF8.self)).prefix(12))
    }

    private static func contents(of file: dashboard_file) -> [UInt8] {
        (0..<dashboard_count(file)).map { dashboard_byte(file, $0) }
    }

    var path: String { "/assets/\(name)?\(version)" }

    static func addRoutes(to group: RouterGroup<PageContext>) {
        for asset in scripts + [style, icon] {
            group.get(RouterPath("assets/\(asset.name)")) { request, _ -> Response in
                let isNamed = request.uri.query == asset.version
                return Response(
                    status: .ok,
                    headers: [
                        .contentType: asset.mediaType,
                        .cacheControl: isNamed ? "public, max-age=31536000, immutable" : "no-cache",
                    ],
                    body: ResponseBody(byteBuffer: ByteBuffer(bytes: asset.bytes))
                )
            }
        }
    }
}
