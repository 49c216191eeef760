import Calls
import FoundationEssentials
import Storage
import Testing

@Suite("The store of batches")
struct BatchStoreTests {
    @Test("Of two nodes that look at one contact only one gives it its turn")
    func once() async throws {
        let bench = try await BatchBench(1)
        let contact = try #require(try await bench.store.ready(in: bench.batch.id, limit: 9).first)
        guard case .admitted = try await bench.admit(contact) else {
            Issue.record("The first was not admitted")
            return
        }
        guard case .gone = try await bench.admit(contact, at: noon + 1) else {
            Issue.record("The second was not turned away")
            return
        }
        #expect(try await bench.store.calls(of: bench.batch.id, lines: [1])[1]?.count == 1)
    }

    @Test("The database itself refuses a second call for one attempt of a contact")
    func unique() async throws {
        let bench = try await BatchBench(2)
        let contacts = try await bench.store.ready(in: bench.batch.id, limit: 9)
        for contact in contacts { _ = try await bench.admit(contact, at: noon + Double(contact.line)) }
        #expect(try await bench.store.counts(of: bench.batch.id, at: noon).calls == 2)
        await #expect(throws: (any Error).self) {
            try await bench.shelf.database.write { db in
                try db.run("UPDATE calls SET batch_line = 1 WHERE batch_line = 2")
            }
        }
    }

    @Test("A pace, a limit or a pause refuses a turn, and nothing of the call is stored")
    func refused() async throws {
        let bench = try await BatchBench(3) {
            $0.callsPerMinute = 60
            $0.concurrency = 2
        }
        let contacts = try await bench.store.ready(in: bench.batch.id, limit: 9)
        _ = try await bench.admit(contacts[0])
        guard case .refused(.wait(let date)) = try await bench.admit(contacts[1]) else {
            Issue.record("The pace was not kept")
            return
        }
        #expect(date == noon + 1)
        _ = try await bench.admit(contacts[1], at: noon + 1)
        guard case .refused(.wait(nil)) = try await bench.admit(contacts[2], at: noon + 2) else {
            Issue.record("The limit was not kept")
            return
        }
        _ = try await bench.store.move(bench.batch.id, from: [.running], at: noon) { $0.status = .paused }
        guard case .refused = try await bench.admit(contacts[2], at: noon + 3) else {
            Issue.record("The pause was not kept")
            return
        }
        let counts = try await bench.store.counts(of: bench.batch.id, at: noon + 3)
        #expect(counts.calls == 2)
        #expect(counts.queued == 3)
    }

    @Test("The end of a call takes its contact on in the same transaction; told twice, it is heard once")
    func settled() async throws {
        let bench = try await BatchBench(1)
        let contact = try #require(try await bench.store.ready(in: bench.batch.id, limit: 9).first)
        _ = try await bench.admit(contact)
        let call = try #require(try await bench.store.calls(of: bench.batch.id, lines: [1])[1]?.first)
        try await bench.end(call, .blocked)
        let after = try #require(try await bench.store.contacts(of: bench.batch.id, limit: 9).first)
        #expect(after.state == .skipped)
        #expect(after.endReason == .blocked)
        await #expect(throws: LeaseLost.self) { try await bench.end(call, .cancelRequested) }
        #expect(try await bench.store.contacts(of: bench.batch.id, limit: 9).first == after)
        #expect(try await bench.store.end(bench.batch.id, at: noon + 2)?.status == .completed)
    }

    @Test("Contacts are ready by priority, then by when they were due, then as they stand in the list")
    func order() async throws {
        let bench = try await BatchBench(4)
        try await bench.store.postpone([(line: 1, until: noon + 60, note: "")], of: bench.batch.id)
        try await bench.shelf.database.write { db in
            try db.run("UPDATE batch_contacts SET priority = 9 WHERE line = 3")
        }
        #expect(try await bench.store.ready(in: bench.batch.id, limit: 9).map(\.line) == [3, 2, 4])
        #expect(try await bench.store.nextDue(in: bench.batch.id) == noon + 60)
        #expect(try await !bench.store.promote(in: bench.batch.id, now: noon + 60))
        #expect(try await bench.store.ready(in: bench.batch.id, limit: 9).map(\.line) == [3, 2, 4, 1])
    }

    @Test("Whoever is erased is called by no batch, and their rows say nothing of them")
    func erased() async throws {
        let bench = try await BatchBench(2)
        let number = try #require(PhoneNumber("+15551231001"))
        try await ErasureStore(bench.shelf.database).begin(
            Erasure(id: Erasure.ID(bornAt: noon), project: Project.first, number: number, mode: nil, createdAt: noon)
        )
        let contacts = try await bench.store.contacts(of: bench.batch.id, limit: 9)
        #expect(contacts.map(\.state) == [.skipped, .ready])
        #expect(contacts[0].listed.phone == .erased)
    }

    @Test(
        "What stands in a list comes back as it was: every kind of value, marks of JSON, control characters, other scripts"
    )
    func verbatim() async throws {
        let bench = try await BatchBench(1)
        let odd = "\"quoted\" \\ \u{0} \u{1F} \n\t / é 猫 👩‍👧 \u{2028}"
        var contact = NewContact(line: 9, phone: try #require(PhoneNumber("+15551230009")))
        contact.variables = [
            odd: .string(odd), "none": .null, "yes": .bool(true), "whole": .integer(.min), "part": .number(-1.5e-7),
            "list": [.string(odd), 2, []], "inner": ["a": ["b": .string("")]],
        ]
        contact.cells = ["", odd, "plain"]
        try await bench.store.add([ListedContact(contact)], to: bench.batch.id, at: noon)
        let stored = try await bench.store.contacts(of: bench.batch.id, after: 8, limit: 9).map(\.listed)
        #expect(stored == [contact])
    }
}
