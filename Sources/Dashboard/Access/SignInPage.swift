import Calls
import Engine

/// Where somebody says who they are.
struct SignInPage {
    let name: String?
    /// Where they wanted to go.
    let next: String?
    let problem: String?
    let token: HTML

    var html: HTML {
        """
        \(problem.map { HTML.notice("<p>\($0)</p>", .bad) })
        <form method="post" action="/login" class="stack">
        \(token)
        \(next.map { "<input type=\"hidden\" name=\"next\" value=\"\($0)\">" as HTML })
        <label>Name <input name="name" value="\(name ?? "")" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus></label>
        <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
        <button>Sign in</button>
        </form>
        <details><summary>No password, or lost?</summary>
        <p>The server prints a link when it starts and nobody has a password yet. Later <code>trunkline users link NAME</code> prints one.</p>
        </details>
        """
    }
}

/// Where somebody who was invited chooses a password.
struct InvitationPage {
    let user: User
    let code: String
    let problem: String?
    let token: HTML

    var html: HTML {
        let range = UserControl.passwordLength
        return """
            <p>You will sign in as <strong><bdi>\(user.name)</bdi></strong>, with the role \(user.role.rawValue).</p>
            \(problem.map { HTML.notice("<p>\($0)</p>", .bad) })
            <form method="post" action="/invitation" class="stack">
            \(token)
            <input type="hidden" name="code" value="\(code)">
            <input type="hidden" name="name" value="\(user.name)" autocomplete="username">
            <label>Password <input name="password" type="password" autocomplete="new-password" minlength="\(range.lowerBound)" maxlength="\(range.upperBound)" required autofocus></label>
            <label>The same again <input name="again" type="password" autocomplete="new-password" required></label>
            <p class="hint">At least \(range.lowerBound) characters. A few words that do not belong together are best.</p>
            <button>Set the password and go in</button>
            </form>
            """
    }
}
