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
        let browser = try await signedIn(at: server, in: directory)
        do {
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

    @Test(
        "A list with bad rows is uploaded, shown with what is wrong, launched without them, watched to its end, and its results downloaded",
        .timeLimit(.minutes(2))
    )
    func firstBatch() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.start(in: directory.path)
        defer { server.program.signal(SIGKILL) }
        // The lab's numbers could be anywhere in North America, where it may be night.
        let policy: JSONValue = ["calling_hours": ["applies_to": "none"]]
        try #require(try await server.request("PATCH", "/v1/policy", json: policy).status == 200)
        let list = directory.path + "/list.csv"
        let hostile = "<script>pwned=1</script>"
        try Data("phone,name\n+15550200486,\(hostile)\n12,=1+1\n+15550200404,Ana\n".utf8).write(to: URL(filePath: list))
        let browser = try await signedIn(at: server, in: directory)
        do {
            try await browser.open("\(server.url)/batches")
            try await browser.click(".empty .button")
            try await browser.wait(until: "location.pathname === '/batches/new'")
            try await browser.click(".empty button")
            try await browser.wait(until: "location.pathname === '/calls/new'")
            try await browser.open("\(server.url)/batches/new")
            try await browser.type("June", into: "[name=name]")
            try await browser.type("600", into: "[name=calls_per_minute]")
            try await browser.type(list, into: "[name=file]")
            // Judged as soon as it is chosen.
            let verdict = "document.querySelector('#preview').innerText"
            try await browser.wait(until: "\(verdict).includes('Something is wrong with 1 of 3 rows')")
            let shown = try #require(try await browser.run("return \(verdict)").text)
            #expect(shown.contains("phone"))
            try await browser.click("[name=leave_out_faulty]")
            try await browser.wait(until: "\(verdict).includes('2 of 3 rows would be called')")
            try await browser.click("button[value=launch]")

            try await browser.wait(until: "/^.batches.batch_/.test(location.pathname)")
            // Told while it goes on, until it is over.
            try await browser.wait(until: "!document.body.dataset.live && document.querySelector('.chart rect')")
            let page = try #require(try await browser.run("return document.querySelector('main').innerText").text)
            #expect(page.contains("completed"))
            #expect(page.contains("not in service"))
            let results = """
                return fetch(document.querySelector('.actions a').href).then(answer => answer.text())
                """
            let table = try #require(try await browser.run(results).text)
            #expect(table.hasPrefix("phone,name,call_status"))
            #expect(table.contains("+15550200486,\(hostile),failed,busy"))
            #expect(try await browser.run("return typeof pwned") == "undefined")
            #expect(try await browser.complaints() == [])
        } catch {
            await browser.quit()
            throw error
        }
        await browser.quit()
        _ = await server.stop()
    }

    /// A browser in which a new editor has signed in.
    func signedIn(
        at server: Server,
        in directory: TemporaryDirectory,
        as role: String = "editor"
    ) async throws -> Browser {
        let (link, status) = try await Program.run(
            ["users", "add", "maria", "--role", role],
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
        } catch {
            await browser.quit()
            throw error
        }
        return browser
    }
}
