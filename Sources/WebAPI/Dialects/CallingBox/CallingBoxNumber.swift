import Calls
import FoundationEssentials
import Hummingbird
import PhoneNumbers

/// A number that the project has, as CallingBox writes it.
struct CallingBoxNumber: ResponseEncodable, Sendable {
    let id: String
    let e164: String
    @Nullable var friendlyName: String?
    /// `null` for numbers that no numbering plan knows.
    @Nullable var countryCode: String?
    let numberType: CallingBoxNumberType
    let status: String
    /// The operator's numbers cost nothing by the month.
    let monthlyCostCents: Int
    let purchasedAt: String
    @Nullable var inboundAgentId: String?
    let outboundAgentIds: [String]

    init(_ owned: OwnedNumber) {
        let advice = owned.number.advice
        id = owned.id.uuidText
        e164 = owned.number.description
        friendlyName = owned.name.isEmpty ? nil : owned.name
        countryCode = advice.region
        numberType = CallingBoxNumberType(advice)
        status = "active"
        monthlyCostCents = 0
        purchasedAt = Timestamp.text(owned.createdAt)
        inboundAgentId = owned.inboundAgent?.uuidText
        outboundAgentIds = owned.outboundAgents.map(\.uuidText)
    }
}

enum CallingBoxNumberType: String, Encodable, Sendable, CaseIterable {
    case local
    case tollFree = "toll_free"

    init(_ advice: NumberAdvice) {
        self = advice.kind == .tollFree ? .tollFree : .local
    }
}

/// A number that can be had.
struct CallingBoxAvailableNumber: Encodable, Sendable {
    let phoneNumber: String
    @Nullable var countryCode: String?
    let numberType: CallingBoxNumberType
    @Nullable var state: String?
    @Nullable var locality: String?
    let monthlyCostCents: Int
    let upfrontCostCents: Int
    let currency: String

    init(_ number: PhoneNumber) {
        let advice = number.advice
        phoneNumber = number.description
        countryCode = advice.region
        numberType = CallingBoxNumberType(advice)
        monthlyCostCents = 0
        upfrontCostCents = 0
        currency = "USD"
    }
}
