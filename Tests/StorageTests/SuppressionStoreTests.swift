import Calls
import FoundationEssentials
import Storage
import Testing

@Suite("The do-not-call lists")
struct SuppressionStoreTests {
    private static func entry(
        _ number: String,
        _ scope: Suppression.Scope = .project,
        note: String = ""
    ) throws
        -> Suppression
    {
        Suppression(
            number: try #require(PhoneNumber(number)),
            scope: scope,
            reason: .registry,
            note: note,
            addedBy: "key_1",
            createdAt: noon
        )
    }

    @Test("A project's list is its own, the account's stops everybody")
    func scopes() async throws {
        let shelf = try await Shelf()
        let store = SuppressionStore(shelf.database)
        let other = Project.ID(bornAt: noon)
        let own = try Self.entry("+15551230001")
        let everybody = try Self.entry("+15551230002", .account)
        #expect(try await store.add([own, everybody], project: Project.first) == 2)
        #expect(try await store.suppressions(of: own.number, project: Project.first) == [own])
        #expect(try await store.suppressions(of: own.number, project: other).isEmpty)
        #expect(try await store.suppressions(of: everybody.number, project: other) == [everybody])
        #expect(try await !store.remove(everybody.number, from: .project, project: Project.first))
        #expect(try await !store.remove(own.number, from: .project, project: other))
        #expect(try await store.remove(own.number, from: .project, project: Project.first))
        #expect(try await store.suppressions(of: own.number, project: Project.first).isEmpty)
    }

    @Test("Who is on the list keeps the reason and the date of the first time")
    func twice() async throws {
        let shelf = try await Shelf()
        let store = SuppressionStore(shelf.database)
        let first = try Self.entry("+15551230001", note: "first")
        var second = try Self.entry("+15551230001", note: "second")
        second.createdAt = noon + 1
        #expect(try await store.add([first, second], project: Project.first) == 1)
        #expect(try await store.suppressions(of: first.number, project: Project.first) == [first])
    }

    @Test("Pages come in the order of the numbers and miss none")
    func pages() async throws {
        let shelf = try await Shelf()
        let store = SuppressionStore(shelf.database)
        let numbers = (0..<25).map { "+1555123\(1000 + $0)" }
        let added = try await store.add(numbers.shuffled().map { try Self.entry($0) }, project: Project.first)
        #expect(added == 25)
        var found: [String] = []
        var after: PhoneNumber?
        repeat {
            let page = try await store.suppressions(.project, after: after, limit: 10, project: Project.first)
            found += page.map(\.number.description)
            after = page.last?.number
        } while after != nil
        #expect(found == numbers)
    }
}
