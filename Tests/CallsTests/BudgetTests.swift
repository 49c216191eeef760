import Calls
import FoundationEssentials
import Testing

@Suite("What may be spent")
struct BudgetTests {
    private func budget(
        _ terms: PaymentTerms,
        balance: Int64 = 0,
        callCap: Int64? = nil,
        key: (cap: Int64, spent: Int64)? = nil,
        project: (cap: Int64, spent: Int64)? = nil
    ) -> Budget {
        let caps = [(SpendCap.Scope.key, key), (.project, project)].compactMap { scope, amounts in
            amounts.map {
                Budget.DailyCap(
                    scope: scope,
                    cap: Money(milliCents: $0.cap),
                    spent: Money(milliCents: $0.spent),
                    resetsAt: Date(timeIntervalSince1970: 0)
                )
            }
        }
        return Budget(
            terms: terms,
            balance: Money(milliCents: balance),
            callCap: callCap.map(Money.init),
            dailyCaps: caps
        )
    }

    @Test("On open terms nothing is refused for want of money; prepaid, the balance has to cover the worst case")
    func terms() {
        let needed = Money(milliCents: 100)
        #expect(budget(.open, balance: -1_000_000).shortfall(for: needed) == nil)
        #expect(budget(.prepaid, balance: 100).shortfall(for: needed) == nil)
        #expect(
            budget(.prepaid, balance: 99).shortfall(for: needed)
                == .insufficientFunds(balance: Money(milliCents: 99), needed: needed)
        )
        #expect(budget(.prepaid, balance: 0).shortfall(for: .zero) == nil)
    }

    @Test("A cap lets exactly as much through as it says, on any terms")
    func caps() {
        let needed = Money(milliCents: 100)
        for terms in PaymentTerms.allCases {
            let rich: Int64 = 1_000_000
            #expect(budget(terms, balance: rich, callCap: 100).shortfall(for: needed) == nil)
            #expect(budget(terms, balance: rich, key: (300, 200)).shortfall(for: needed) == nil)
            #expect(budget(terms, balance: rich, project: (300, 200)).shortfall(for: needed) == nil)
            for (budget, scope) in [
                (budget(terms, balance: rich, callCap: 99), SpendCap.Scope.call),
                (budget(terms, balance: rich, key: (300, 201), project: (900, 0)), .key),
                (budget(terms, balance: rich, key: (900, 0), project: (300, 201)), .project),
            ] {
                guard case .capReached(let cap)? = budget.shortfall(for: needed) else {
                    Issue.record("\(scope) lets too much through")
                    continue
                }
                #expect(cap.scope == scope)
                #expect(cap.needed == needed)
                #expect((cap.resetsAt == nil) == (scope == .call))
            }
        }
    }

    @Test("An amount beyond all bounds fits under no cap")
    func overflow() {
        let largest = Money(milliCents: .max)
        #expect(budget(.open, key: (.max, 1)).shortfall(for: largest) != nil)
        #expect(budget(.prepaid, balance: .max - 1).shortfall(for: largest) != nil)
    }
}

@Suite("Settling a call")
struct ReservationTests {
    private static let noon = Date(timeIntervalSince1970: 1_781_179_200)
    private static let rate = Rate(pricePerMinute: Money(milliCents: 600), connectionFee: Money(milliCents: 5))

    private func call(_ reason: EndReason, answeredFor seconds: TimeInterval?, reserved: Bool = true) throws -> Call {
        let number = try #require(PhoneNumber("+15551230001"))
        var request = CallRequest(destination: number, mode: .test)
        request.maxDuration = 60
        let agent = Agent(
            id: Agent.ID(bornAt: Self.noon),
            slug: "a",
            name: "A",
            numbers: [number],
            greeting: "Hello.",
            flow: Flow(start: "a", steps: [:]),
            createdAt: Self.noon,
            updatedAt: Self.noon
        )
        let answeredAt = seconds.map { Self.noon - $0 }
        return Call(
            id: Call.ID(bornAt: Self.noon),
            project: Project.first,
            request: request,
            agent: agent,
            callerID: number,
            createdAt: Self.noon,
            lifecycle: CallLifecycle(
                state: .ended(CallLifecycle.Ending(reason: reason, answeredAt: answeredAt, at: Self.noon))
            ),
            reservation: reserved ? Reservation(rate: Self.rate, maxDuration: 60) : nil
        )
    }

    private static let billed: Set<EndReason> = [
        .agentHungUp, .calleeHungUp, .transferred, .endedByRequest, .maxDuration, .silence,
    ]

    @Test(
        "A conversation costs something; voicemail, a screener, the network's faults and our own cost nothing",
        arguments: EndReason.allCases
    )
    func reasons(reason: EndReason) throws {
        var answered = try call(reason, answeredFor: 30)
        answered.settle(at: Rate(pricePerMinute: .zero))
        #expect(answered.cost == (Self.billed.contains(reason) ? Money(milliCents: 305) : .zero))
        #expect(answered.billedSeconds == (Self.billed.contains(reason) ? 30 : 0))
        #expect(answered.reservation?.status == (Self.billed.contains(reason) ? .settled : .released))
        #expect(answered.reservation?.amount == Money(milliCents: 605))

        var unanswered = try call(reason, answeredFor: nil)
        unanswered.settle(at: Self.rate)
        #expect(unanswered.costs.isEmpty)
        #expect(unanswered.reservation?.status == .released)
    }

    @Test("Nobody pays for more time than was asked for, however late the end was noticed")
    func longest() throws {
        var call = try call(.calleeHungUp, answeredFor: 7200)
        call.settle(at: Self.rate)
        #expect(call.billedSeconds == 60)
        #expect(call.cost == call.reservation?.amount)
    }

    @Test(
        "A language model's tokens cost their price, rounded up, and never more than was set aside",
        arguments: [(1000, 3), (200_000_000, 300)]
    )
    func models(tokens: Int, amount: Int64) throws {
        var deck = RateDeck(standard: Self.rate)
        deck.models = ["big": ModelPrice(prompt: Money(milliCents: 1000), answer: Money(milliCents: 2000))]
        deck.modelReserve = Money(milliCents: 300)
        let number = try #require(PhoneNumber("+15550100001"))
        var call = try call(.agentHungUp, answeredFor: 60, reserved: false)
        call.reservation = Reservation(rate: deck.rate(for: number), maxDuration: 60)
        #expect(call.reservation?.amount == Money(milliCents: 905))
        var account = ConversationAccount(model: "big", prompt: "")
        account.add(ModelUsage(promptTokens: tokens, answerTokens: tokens), of: nil)
        account.add(ModelUsage(promptTokens: 5, answerTokens: 5), of: "free")
        call.account = account
        call.settle(at: Self.rate, models: deck.models)
        #expect(call.costs.map(\.item) == [.trunk, .connection, .model])
        #expect(
            call.costs.last
                == CostLine(
                    item: .model,
                    quantity: Int64(2 * tokens),
                    unit: "tokens",
                    amount: Money(milliCents: amount)
                )
        )
        #expect(call.reservation.map { call.cost <= $0.amount } == true)
        #expect(call.account?.usage == ModelUsage(promptTokens: tokens + 5, answerTokens: tokens + 5))
    }

    @Test("A call without a reservation is charged by today's rate")
    func unreserved() throws {
        var call = try call(.agentHungUp, answeredFor: 10, reserved: false)
        call.settle(at: Rate(pricePerMinute: Money(milliCents: 60)))
        #expect(call.cost == Money(milliCents: 10))
        #expect(call.reservation == nil)
    }
}
