import Calls
import Foundation
import Testing

@Suite("The dashboard in a browser", .serialized)
struct DashboardTests {
    @Test(
        "A new user is let in, adds the example agent, places a call to the lab, watches it to its end and says who answered",
        .timeLimit(.minutes(2))
    )
    func firstCall() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.start(in: directory.path)
        defer { server.program.signal(SIGKILL) }
        let (link, status) = try await Program.run(
            ["users", "add", "maria", "--role", "editor"],
            environment: ["TRUNKLINE_DATA_DIR": directory.path]
        )
        try #require(status == 0, "\(link)")
        let code = try #require(link.firstMatch(of: /invitation\?code=([A-Za-z0-9]+)/)).1
        let browser = try await Browser.start()
        do {
            try await browser.open("\(server.url)/invitation?code=\(code)")
            try await browser.type("correct horse", into: "[name=password]")
            try await browser.type("correct horse", into: "[name=again]")
            try await browser.click("form button")
            try await browser.wait(until: "location.pathname === '/calls'")

            try await browser.click(".empty .button")
            try await browser.wait(until: "location.pathname === '/calls/new'")
            try await browser.click(".empty button")
            let hostile = "<script>pwned=1</script>\u{202E}"
            try await browser.wait(until: "document.querySelector('[name=\"variable.name\"]')")
            try await browser.type(hostile, into: "[name='variable.name']")
            let verdict = "document.querySelector('#verdict').textContent"
            try await browser.wait(until: "\(verdict).includes('Would be dialed at once')")
            try await browser.click("button[value=place]")

            // Told while it goes on, and then what came of it: without anybody loading the page again.
            try await browser.wait(until: "document.querySelector('#lines li.agent') && document.body.dataset.live")
            try await browser.wait(until: "document.querySelector('#lines li.callee') && document.body.dataset.live")
            try await browser.wait(until: "!document.body.dataset.live && document.querySelector('.sound svg')")
            let text = try #require(try await browser.run("return document.querySelector('main').innerText").text)
            #expect(text.contains("goal met"))
            #expect(text.contains("pwned=1"))
            #expect(!text.unicodeScalars.contains("\u{202E}"))
            #expect(try await browser.run("return typeof pwned") == "undefined")

            try await browser.click(".lines button.at")
            try await browser.wait(until: "document.querySelector('audio').currentTime > 0")
            try await browser.click("button[value=person]")
            try await browser.wait(until: "document.querySelector('button[value=person][aria-pressed=true]')")
            #expect(try await browser.complaints() == [])
        } catch {
            await browser.quit()
            throw error
        }
        await browser.quit()
        _ = await server.stop()
    }
}
