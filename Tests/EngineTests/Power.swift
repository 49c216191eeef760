import Storage
import Synchronization

/// The process under test as far as the outside world sees it: once it is off, nothing leaves it and nothing is stored by it.
///
/// Every statement to the database and every word to the network is a step. The power can be cut right before or right after the effect of
/// any of them, which is where `kill -9` would find a real process.
final class Power: Sendable {
    enum Cut: Sendable {
        case before(Int)
        case after(Int)
    }

    struct Off: Error {}

    private struct State {
        var isOn = true
        var isCounting = false
        var steps = 0
    }

    private let cut: Cut?
    private let state = Mutex(State())
    private let (offs, offContinuation) = AsyncStream.makeStream(of: Void.self)

    init(cut: Cut? = nil) {
        self.cut = cut
    }

    var isOn: Bool { state.withLock(\.isOn) }
    var steps: Int { state.withLock(\.steps) }

    /// From here on steps are counted, and the power may be cut.
    func arm() { state.withLock { $0.isCounting = true } }

    func turnOff() {
        state.withLock { $0.isOn = false }
        offContinuation.finish()
    }

    /// Until the power is off.
    func waitUntilOff() async {
        for await _ in offs {}
    }

    /// Counts a step that is about to happen. Throws if it does not happen any more.
    func begin() throws -> Int {
        let (step, survives) = state.withLock { state in
            guard state.isOn, state.isCounting else { return (0, state.isOn) }
            state.steps += 1
            if case .before(let number)? = cut, number == state.steps { state.isOn = false }
            return (state.steps, state.isOn)
        }
        guard survives else {
            offContinuation.finish()
            throw Off()
        }
        return step
    }

    /// The step had its effect. Throws if nobody is left to learn of it.
    func finish(_ step: Int) throws {
        let survives = state.withLock { state in
            if case .after(let number)? = cut, number == step { state.isOn = false }
            return state.isOn
        }
        guard survives else {
            offContinuation.finish()
            throw Off()
        }
    }
}

/// A real database in a process that can die.
struct MortalDatabase: SQLDatabase {
    let database: SQLiteDatabase
    let power: Power
    /// Something was committed.
    let commits = Changes()

    var isExclusive: Bool { database.isExclusive }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLTransaction) throws -> Result
    ) async throws -> Result {
        guard power.isOn else { throw Power.Off() }
        return try await database.read(body)
    }

    func write<Result: Sendable>(
        _ urgency: WriteUrgency,
        _ body: @escaping @Sendable (any SQLTransaction) throws -> Result
    ) async throws -> Result {
        let step = try power.begin()
        let result = try await database.write(urgency, body)
        try power.finish(step)
        commits.signal()
        return result
    }
}
