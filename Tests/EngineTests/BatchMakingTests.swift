import Calls
import Engine
import FoundationEssentials
import Storage
import Testing

@Suite("Making batches", .timeLimit(.minutes(1)))
struct BatchMakingTests {
    @Test(
        "A list that breaks off leaves nothing behind; one with a contact that could never be called is refused by name"
    )
    func importing() async throws {
        struct Broken: Error {}
        let bench = try await Workbench.forBatches()
        let contacts = try Workbench.contacts(700)
        let broken = AsyncThrowingStream<NewContact, any Error> { continuation in
            for contact in contacts { continuation.yield(contact) }
            continuation.finish(throwing: Broken())
        }
        await #expect(throws: Broken.self) {
            try await bench.engine.batches.make(Workbench.newBatch(), contacts: broken, project: Project.first)
        }
        var nameless = try Workbench.contacts(3)
        nameless[1].variables = [:]
        let list = nameless
        await #expect(
            throws: Refusal.invalid(field: "contacts[2].variables", message: "The agent needs a value for day, name")
        ) {
            try await bench.makeBatch(list)
        }
        let left: Int? = try await bench.database.read { db in
            try db.run("SELECT (SELECT COUNT(*) FROM batches) + (SELECT COUNT(*) FROM batch_contacts) AS n").first?["n"]
        }
        #expect(left == 0)
    }

    @Test("A number that stands in the list twice is called once, unless both are wanted")
    func duplicates() async throws {
        let bench = try await Workbench.forBatches()
        var contacts = try Workbench.contacts(3)
        contacts[2].phone = contacts[0].phone
        let batch = try await bench.makeBatch(contacts)
        #expect(try await bench.progress(batch.id).counts.skipped == 1)
        #expect(try await bench.contacts(batch.id)[2].contact.note == "The number stands on line 1 already")
        let both = try await bench.makeBatch(contacts) { $0.allowsDuplicates = true }
        #expect(try await bench.progress(both.id).counts.queued == 3)
    }

    @Test("The same request under the same key makes one batch and has one answer")
    func idempotency() async throws {
        let bench = try await Workbench.forBatches()
        let key = CallControl.IdempotencyKey("monday", door: "native", request: "reminders")
        func make(_ key: CallControl.IdempotencyKey) async throws -> BatchAnswer {
            try await bench.engine.batches.make(
                Workbench.newBatch(),
                contacts: try Workbench.contacts(2).asStream,
                under: key,
                project: Project.first
            ) { (201, $0.batch.id.description) }
        }
        let first = try await make(key)
        let second = try await make(key)
        #expect(!first.isRepeated)
        #expect(second.isRepeated)
        #expect(second.body == first.batch.description)
        await #expect(throws: Refusal.idempotencyKeyReused) {
            try await make(CallControl.IdempotencyKey("monday", door: "native", request: "others"))
        }
        #expect(try await bench.engine.batches.batches(offset: 0, limit: 9, project: Project.first).total == 1)
    }

    @Test("The failed ones are redialed as a batch of their own, and contacts can be added while it runs")
    func redialAndAdd() async throws {
        let bench = try await Workbench.forBatches(ScriptedNetwork(.busy))
        try await bench.run { bench in
            let batch = try await bench.makeBatch(try Workbench.contacts(2)) { $0.startAt = ManualClock.noon + 5 }
            #expect(batch.status == .scheduled)
            await #expect(throws: Refusal.batchStatus(.scheduled)) {
                try await bench.engine.batches.redial(batch.id, key: nil, project: Project.first)
            }
            let more = try Workbench.contacts(3)
            let grown = try await bench.engine.batches.add(more, to: batch.id, project: Project.first)
            #expect(grown.counts.queued == 3)
            #expect(grown.counts.skipped == 2)
            let end = try await bench.over(batch.id)
            #expect(end.counts.failed == 3)
            #expect(end.batch.startedAt.map { $0 >= ManualClock.noon + 5 } == true)
            await #expect(throws: Refusal.batchStatus(.completed)) {
                try await bench.engine.batches.add(more, to: batch.id, project: Project.first)
            }
            let redial = try await bench.engine.batches.redial(batch.id, key: nil, project: Project.first)
            #expect(redial.redialOf == batch.id)
            #expect(try await bench.over(redial.id).counts.failed == 3)
            #expect(bench.network.invites.count == 6)
        }
    }
}
