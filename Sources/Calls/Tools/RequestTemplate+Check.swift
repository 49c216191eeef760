extension RequestTemplate {
    /// Headers that the connection has to itself.
    private static let reserved: Set<String> = [
        "host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "expect",
    ]

    /// Everything wrong with it, by the paths of its parts below `path`.
    func problems(at path: String) -> [FlowProblem] {
        var problems = urlProblem.map { [FlowProblem(path: "\(path).url", message: $0)] } ?? []
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
            if !Self.isToken(name) || Self.reserved.contains(name.lowercased()) {
                problems.append(FlowProblem(path: "\(path).headers", message: "'\(name)' is no header of yours to set"))
            }
            if !value.utf8.allSatisfy({ (0x20..<0x7f).contains($0) }) {
                problems.append(
                    FlowProblem(path: "\(path).headers.\(name)", message: "may have printable ASCII characters only")
                )
            }
            problems += FlowCheck.template(value, at: "\(path).headers.\(name)", answers: false)
        }
        if let body {
            if !method.hasBody {
                problems.append(FlowProblem(path: "\(path).body", message: "\(method.rawValue) has no body"))
            }
            if body.json.utf8.count > Agent.textLimit {
                problems.append(FlowProblem(path: "\(path).body", message: "may have \(Agent.textLimit) bytes"))
            }
            if !isBodyWellFormed {
                problems.append(FlowProblem(path: "\(path).body", message: "a '{{' without a name and '}}' behind it"))
            }
        }
        return problems
    }

    private var isBodyWellFormed: Bool {
        // Names of members are sent as they are: nothing in them is filled in.
        body.map { Template($0.json).isWellFormed } ?? true
    }

    private var urlProblem: String? {
        guard url.utf8.count <= 2048, url.utf8.allSatisfy({ (0x21..<0x7f).contains($0) || $0 == 0x20 }) else {
            return "may have 2048 ASCII characters"
        }
        guard Template(url).isWellFormed else { return "a '{{' without a name and '}}' behind it" }
        guard let scheme = ["https://", "http://"].first(where: url.hasPrefix) else {
            return "expected a URL that begins with https://"
        }
        let authority = url.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
        if authority.isEmpty { return "expected a host" }
        if authority.contains("{{") || authority.contains("}}") { return "the host cannot be a variable" }
        if authority.contains("@") { return "must not carry a user name or password" }
        if url.contains("#") { return "must not have a fragment" }
        let fixed = Template(url).filled { _ in "x" }
        return fixed.contains(" ") ? "must not have a blank" : nil
    }

    /// RFC 9110 section 5.6.2.
    private static func isToken(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 64
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "!#$%&'*+-.^_`|~".contains($0)) }
    }
}
