import Calls
import FoundationEssentials

/// One look at the queue, inside its transaction: which calls go, which wait, and which never will.
struct QueueTurn {
    /// How many calls are looked at before other writes get their turn.
    private static let lookLimit = 256

    let reader: GateReader
    let node: UUID
    let leaseEnd: Date
    let now: Date
    let conductor: (Call) -> Conductor?
    let dialog: (Call, Attempt) -> Dialog?
    /// Channels of the node that are free.
    var room: Int
    var claims = Claims()

    /// Goes round the projects, one dial each, until nothing may go any more.
    mutating func take() throws {
        guard room > 0 else { return }
        var lines = try ProjectLine.waiting(reader, at: now)
        lines.shuffle()
        var looked = 0
        var isAnyLeft = true
        while isAnyLeft, room > 0, looked < Self.lookLimit {
            isAnyLeft = false
            for index in lines.indices where room > 0 {
                while looked < Self.lookLimit, let next = try lines[index].next(atMost: room, reader, now) {
                    isAnyLeft = true
                    looked += 1
                    if try settle(next, &lines[index]) { break }
                }
            }
        }
        claims.next = looked < Self.lookLimit ? lines.compactMap { $0.opens(after: now) }.min() : now
    }

    /// True if the call is dialed.
    private mutating func settle(_ next: ProjectLine.Head, _ line: inout ProjectLine) throws -> Bool {
        guard let (call, decision) = try read(next, line) else {
            line.left(next)
            return false
        }
        switch decision.verdict {
        case .go:
            var call = call
            call.conductor = conductor(call)
            let lease = Lease(call: call.id, node: node, epoch: try next.row["epoch"] + 1)
            let claimed = try CallStore.claim(
                call,
                dueAt: next.row["due_at"],
                lease: lease,
                until: leaseEnd,
                now: now,
                dialog: dialog,
                reader.db
            )
            try decision.insert(for: call.id, reader.db)
            claims.dialed.append(claimed)
            line.dialed(next, at: now)
            room -= 1
            return true
        case .wait(let date):
            try postpone(call, until: date, decision)
            return false
        case .block:
            claims.blocked.append((call, decision))
            line.left(next)
            return false
        }
    }

    /// Nil, and noted, if the row does not hold what it should: what is wrong with one call must not stop all others.
    private mutating func read(_ next: ProjectLine.Head, _ line: ProjectLine) throws -> (Call, GateDecision)? {
        do {
            let call = try Call(row: next.row, agent: reader.versions.agent(of: next.row, reader.db))
            let traffic = line.traffic(of: next)
            return (call, try reader.decision(.dial, on: call, traffic: traffic, dialAt: now, at: now))
        } catch let error as SQLColumnError {
            claims.unreadable.append((try next.row["id"], error))
            return nil
        }
    }

    /// Never to a moment that is past, which would have it looked at again and again.
    private mutating func postpone(_ call: Call, until date: Date?, _ decision: GateDecision) throws {
        var call = call
        let date = max(date ?? .distantPast, now + 0.001)
        guard call.lifecycle.handle(.postponed(until: date), at: now).contains(.announce) else { return }
        try reader.db.run(
            """
            UPDATE calls SET status = \(call.lifecycle.status), due_at = \(date), waits_for = \(decision.decisive?.rule)
             WHERE id = \(call.id)
            """
        )
        try decision.insert(for: call.id, reader.db)
        try EventRow.append([EventRow(.status(of: call, at: now))], reader.db)
        claims.postponed.append(call)
    }
}

/// The due calls of one project: a lane for each pace that calls bring along, so that a full one holds up none of the others.
struct ProjectLine {
    private struct Lane {
        /// Dials per minute. 0 for calls without a pace of their own.
        let pace: Int
        /// The newest first. Empty if the project's pace counts instead.
        var dials: [Date]
        var room: Int
        var rows: ArraySlice<SQLRow> = []
        /// How many of its calls were looked at and are in the queue still.
        var leftCount = 0
        var isRead = false
    }

    /// The call to be looked at next.
    struct Head {
        let row: SQLRow
        fileprivate let lane: Int
    }

    private let project: Project.ID
    private let policy: DialPolicy
    private var traffic: GateReader.Traffic
    private var lanes: [Lane]
    /// What concurrency and the project's pace leave.
    private var room: Int

    /// Those of all projects that have anything in the queue.
    static func waiting(_ reader: GateReader, at now: Date) throws -> [ProjectLine] {
        var lines: [ProjectLine] = []
        var last = ""
        // From one to the next in the queue's index, which costs what there are projects and not what there are calls.
        while let row = try reader.db.run(
            "SELECT project FROM calls WHERE status = 'queued' AND project > \(last) ORDER BY project LIMIT 1"
        ).first {
            last = try row["project"]
            lines.append(try ProjectLine(row["project"], reader, at: now))
        }
        return lines
    }

    private init(_ project: Project.ID, _ reader: GateReader, at now: Date) throws {
        self.project = project
        traffic = GateReader.Traffic(changes: try DialPolicyStore.lock(project, at: now, reader.db))
        policy = try reader.policies.policy(project: traffic.changes, agent: [:])
        room = .max
        if let limit = policy.concurrentCalls {
            traffic.callsUnderWay = try reader.callsUnderWay(project)
            room = max(0, limit - traffic.callsUnderWay)
        }
        if let limit = policy.dialsPerMinute {
            traffic.pacedDials = try reader.dials(of: project, newest: limit)
            room = min(room, Pace(limit: limit, dials: traffic.pacedDials).room(at: now))
        }
        lanes = try Self.paces(of: project, reader.db).map { [policy] pace in
            guard pace > 0, policy.dialsPerMinute == nil else { return Lane(pace: pace, dials: [], room: .max) }
            let dials = try reader.dials(of: project, pace: pace)
            return Lane(pace: pace, dials: dials, room: Pace(limit: pace, dials: dials).room(at: now))
        }
    }

    private static func paces(of project: Project.ID, _ db: any SQLTransaction) throws -> [Int] {
        var paces: [Int] = []
        while let row = try db.run(
            """
            SELECT COALESCE(dials_per_minute, 0) AS pace FROM calls
             WHERE project = \(project) AND status = 'queued' AND COALESCE(dials_per_minute, 0) > \(paces.last ?? -1)
             ORDER BY COALESCE(dials_per_minute, 0) LIMIT 1
            """
        ).first { paces.append(try row["pace"]) }
        return paces
    }

    /// The first of all lanes that have room, taken out. Nil if none has a call left, or there is no room.
    mutating func next(atMost limit: Int, _ reader: GateReader, _ now: Date) throws -> Head? {
        guard room > 0 else { return nil }
        var best: (lane: Int, order: (Int, Date, Call.ID))?
        for index in lanes.indices where lanes[index].room > 0 {
            if lanes[index].rows.isEmpty { try read(index, atMost: limit, reader.db, now) }
            guard let row = lanes[index].rows.first else { continue }
            let order = (
                try row["priority", as: Int.self], try row["due_at", as: Date.self], try row["id", as: Call.ID.self]
            )
            if let best, !Self.precedes(order, best.order) { continue }
            best = (index, order)
        }
        guard let lane = best?.lane, let row = lanes[lane].rows.popFirst() else { return nil }
        return Head(row: row, lane: lane)
    }

    private static func precedes(_ left: (Int, Date, Call.ID), _ right: (Int, Date, Call.ID)) -> Bool {
        if left.0 != right.0 { return left.0 > right.0 }
        if left.1 != right.1 { return left.1 < right.1 }
        return left.2.description < right.2.description
    }

    /// Calls that were dialed or put off are no longer in the queue: only those left there are passed over.
    private mutating func read(_ index: Int, atMost limit: Int, _ db: any SQLTransaction, _ now: Date) throws {
        let lane = lanes[index]
        guard !lane.isRead else { return }
        let count = min(limit, room, lane.room, 50)
        let rows = try db.run(
            """
            SELECT * FROM calls
             WHERE project = \(project) AND COALESCE(dials_per_minute, 0) = \(lane.pace) AND status = 'queued'
               AND due_at <= \(now) AND (expires_at IS NULL OR expires_at > \(now))
             ORDER BY priority DESC, due_at, id LIMIT \(count) OFFSET \(lane.leftCount)\(db.words.skipLocked)
            """
        )
        lanes[index].rows = rows[...]
        lanes[index].isRead = rows.count < count
    }

    func traffic(of head: Head) -> GateReader.Traffic {
        var traffic = traffic
        if policy.dialsPerMinute == nil { traffic.pacedDials = lanes[head.lane].dials }
        return traffic
    }

    mutating func dialed(_ head: Head, at now: Date) {
        room -= 1
        traffic.callsUnderWay += 1
        traffic.pacedDials.insert(now, at: 0)
        guard lanes[head.lane].room < .max else { return }
        lanes[head.lane].room -= 1
        lanes[head.lane].dials.insert(now, at: 0)
    }

    mutating func left(_ head: Head) {
        lanes[head.lane].leftCount += 1
    }

    /// When a pace that is full now leaves room. Nil if none is.
    func opens(after now: Date) -> Date? {
        var paces = lanes.filter { $0.room < .max }.map { Pace(limit: $0.pace, dials: $0.dials) }
        if let limit = policy.dialsPerMinute { paces.append(Pace(limit: limit, dials: traffic.pacedDials)) }
        return paces.compactMap { $0.opens(after: now) }.min()
    }
}
