import Calls
import Engine
import FoundationEssentials

/// The keys that open the API, and the form for another one.
struct KeysPage {
    let keys: [APIKey]
    let form: NewKeyForm
    /// The key whose secret is shown this once.
    let shown: (key: APIKey, secret: String)?
    /// Of the API, for whoever tries the key.
    let address: String
    let hasLiveTrunk: Bool
    let context: SessionContext

    private var isOwner: Bool { context.may(.owner) }

    var html: HTML {
        let now = Date()
        let active = keys.filter { $0.isActive(at: now) }
        let over = keys.filter { !$0.isActive(at: now) }
        return """
            \(ConnectionTabs.keys.html)
            \(shown.map(secret))
            \(active.isEmpty ? emptyState : table(active, "Keys that are taken"))
            \(if: !over.isEmpty, "<details class=\"card\"><summary><h2>Revoked or expired: \(over.count)</h2></summary>\(table(over, "Keys that are not taken any more"))</details>")
            \(if: isOwner, newKey)
            """
    }

    private var emptyState: HTML {
        .empty(
            "No keys yet",
            isOwner
                ? "A program that places calls sends a key with each request. Make one below: it is shown once."
                : "A program that places calls sends a key with each request. An owner makes one here."
        )
    }

    private func secret(_ shown: (key: APIKey, secret: String)) -> HTML {
        .notice(
            """
            <p><strong>The secret of <bdi>\(shown.key.name)</bdi>.</strong> Put it where your program finds it: it is not shown again.</p>
            \(HTML.secret(shown.secret, label: "Secret"))
            <p>Try it: <code>curl -H 'Authorization: Bearer \(shown.secret)' \(address)</code></p>
            """,
            .good
        )
    }

    private func table(_ keys: [APIKey], _ caption: String) -> HTML {
        """
        <table class="list keys"><caption class="hidden">\(caption)</caption>
        <thead><tr><th scope="col">Key</th><th scope="col">Network</th><th scope="col">May</th><th scope="col">Requests</th><th scope="col">Used last</th><th scope="col">Made</th><th scope="col"><span class="hidden">Change</span></th></tr></thead>
        <tbody>\(keys.map(row))</tbody></table>
        """
    }

    private func row(_ key: APIKey) -> HTML {
        let isActive = key.isActive(at: Date())
        let network: HTML = key.mode == .live ? .badge("live", .live) : .badge("phone lab", .plain)
        let scopes: HTML =
            key.scopes == Scope.all
            ? "everything"
            : "\(Scope.allCases.filter(key.scopes.contains).map(\.rawValue).joined(separator: ", "))"
        let standing: HTML =
            if let at = key.revokedAt {
                "<div class=\"why\">revoked \(HTML.time(at))</div>"
            } else if let at = key.expiresAt {
                "<div class=\"why\">\(isActive ? "until" : "expired") \(HTML.time(at))</div>"
            } else {
                .nothing
            }
        let used: HTML = key.lastUsedAt.map { HTML.time($0) } ?? "<span class=\"quiet\">never</span>"
        return """
            <tr id="\(key.id)"><th scope="row">\(key.name.isEmpty ? "<span class=\"quiet\">no name</span>" : HTML.foreign(key.name))<div class="why"><code>\(key.hint)…</code></div></th>
            <td data-label="Network">\(network)</td>
            <td data-label="May">\(scopes)</td>
            <td data-label="Requests">\(limits(of: key))</td>
            <td data-label="Used last">\(used)</td>
            <td data-label="Made">\(HTML.time(key.createdAt))\(standing)</td>
            <td>\(if: isOwner && isActive, changes(of: key))</td></tr>
            """
    }

    private func limits(of key: APIKey) -> HTML {
        let parts = [
            (key.limits.perMinute ?? key.projectLimits.perMinute).map { "\($0) a minute" },
            (key.limits.perHour ?? key.projectLimits.perHour).map { "\($0) an hour" },
        ].compactMap(\.self)
        return parts.isEmpty ? "<span class=\"quiet\">no limit</span>" : "\(parts.joined(separator: ", "))"
    }

    private func changes(of key: APIKey) -> HTML {
        let rotate: HTML = """
            <form method="post" action="/connections/keys/\(key.id)/rotate">\(context.session.token)
            <p class="hint">A new secret; the one it has now is taken for a while more.</p>
            \(HTML.choice("The old one is taken", "grace", [("0", "no longer"), ("3600", "for an hour"), ("86400", "for a day"), ("604800", "for a week")], chosen: "3600"))
            <button class="second small">New secret</button></form>
            """
        let revoke: HTML = """
            <form method="post" action="/connections/keys/\(key.id)/revoke">\(context.session.token)
            <p class="hint">Whatever uses it is refused at once. This cannot be undone.</p>
            <button class="danger small">Revoke the key</button></form>
            """
        return .confirmed("Rotate", rotate) + .confirmed("Revoke", revoke)
    }

    private var newKey: HTML {
        let problems = form.problems
        let scopes: [HTML] = Scope.allCases.map { scope in
            .check(
                "<code>\(scope.rawValue)</code> <span class=\"quiet\">\(scope.words)</span>",
                "scope",
                scope.rawValue,
                isOn: form.scopes.contains(scope)
            )
        }
        return """
            <section class="card" id="new"><h2>New key</h2>
            \(problems.summary("No key was made."))
            <form method="post" action="/connections/keys" class="stack">\(context.session.token)
            <div class="grid">
            \(HTML.field("What it is for", "name", form.name, problems, attributes: " maxlength=\"100\" autocomplete=\"off\" required", hint: "as in: shop, production"))
            \(HTML.choice("Network", "mode", [("test", "phone lab only"), ("live", "live: real telephones ring")], chosen: form.mode.rawValue, hint: hasLiveTrunk ? .nothing : "no trunk for live calls is configured"))
            \(HTML.field("Requests a minute", "per_minute", form.perMinute, problems, attributes: " inputmode=\"numeric\" placeholder=\"as the project\" autocomplete=\"off\""))
            \(HTML.field("Requests an hour", "per_hour", form.perHour, problems, attributes: " inputmode=\"numeric\" placeholder=\"as the project\" autocomplete=\"off\""))
            \(HTML.field("Last day", "expires_at", form.lastDay, problems, attributes: " type=\"date\"", hint: "UTC; empty: until it is revoked"))
            </div>
            <fieldset id="field-scopes"><legend>What it may do</legend><div class="grid ticks">\(scopes)</div>\(problems.words("scopes"))</fieldset>
            <button>Make the key</button>
            </form></section>
            """
    }
}
