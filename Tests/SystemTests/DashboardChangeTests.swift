import Calls
import Foundation
import Testing

extension DashboardTests {
    @Test("An owner makes a key and revokes it, and changes an agent and takes that back", .timeLimit(.minutes(2)))
    func changes() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.start(in: directory.path)
        defer { server.program.signal(SIGKILL) }
        let browser = try await signedIn(at: server, in: directory, as: "owner")
        do {
            let hostile = "<script>pwned=1</script>=HYPERLINK(1)"
            try await browser.open("\(server.url)/connections/keys")
            try await browser.type(hostile, into: "#new [name=name]")
            try await browser.click("#new button")
            try await browser.wait(until: "document.querySelector('#secret')")
            let secret = try #require(try await browser.run("return document.querySelector('#secret').value").text)
            #expect(secret.hasPrefix("sk_test_"))
            #expect(
                try await browser.run("return document.querySelector('.keys').innerText.includes('pwned=1')") == true
            )
            let ask =
                "return fetch('/v1/calls', {headers: {Authorization: 'Bearer \(secret)'}}).then(answer => answer.status)"
            #expect(try await browser.run(ask) == 200)
            try await browser.click(".keys .sure:nth-of-type(2) summary")
            try await browser.click(".keys .danger")
            try await browser.wait(
                until: "document.querySelector('details.card') && !document.querySelector('#secret')"
            )
            #expect(try await browser.run(ask) == 401)

            try await browser.open("\(server.url)/agents")
            try await browser.click(".empty button")
            try await browser.wait(until: "location.pathname === '/calls/new'")
            try await browser.open("\(server.url)/agents/appointment-reminder/edit")
            try await browser.type("Goodbye \(hostile)", into: "[name=goodbye]")
            try await browser.click("main form button")
            try await browser.wait(until: "location.pathname === '/agents/appointment-reminder'")
            #expect(
                try await browser.run("return document.querySelector('main').innerText.includes('pwned=1')") == true
            )
            #expect(try await browser.run("return document.querySelectorAll('.flow svg .step').length > 2") == true)
            try await browser.open("\(server.url)/agents/appointment-reminder/versions")
            try await browser.click("tbody tr:last-child a")
            try await browser.wait(until: "document.querySelector('.difference ins')")
            try await browser.click("form[action$=restore] button")
            try await browser.wait(until: "document.querySelectorAll('tbody tr').length === 3")
            try await browser.open("\(server.url)/agents/appointment-reminder")
            #expect(
                try await browser.run("return document.querySelector('main').innerText.includes('pwned=1')") == false
            )
            #expect(try await browser.run("return typeof pwned") == "undefined")
            let complaints = try await browser.complaints().filter { !$0.contains("401") }
            #expect(complaints == [])
        } catch {
            await browser.quit()
            throw error
        }
        await browser.quit()
        _ = await server.stop()
    }
}
