import CPhoneNumber
package import Calls

extension PhoneNumber {
    /// About 10 µs; the first call loads the plans, which takes some 50 ms.
    package var advice: NumberAdvice {
        var found = cphonenumber_advice()
        guard cphonenumber_advise(description, &found) else {
            return NumberAdvice(region: nil, kind: .unknown, isPossible: false, isValid: false)
        }
        let region = found.text(\.region)
        return NumberAdvice(
            region: region.isEmpty ? nil : region,
            kind: NumberAdvice.Kind(libraryOrder: found.type),
            isPossible: found.possible,
            isValid: found.valid
        )
    }
}

extension NumberAdvice.Kind {
    /// The order of `PhoneNumberUtil::PhoneNumberType`.
    init(libraryOrder: Int32) {
        let order: [Self] = [
            .fixedLine, .mobile, .fixedLineOrMobile, .tollFree, .premiumRate, .sharedCost, .voip, .personal, .pager,
            .companyWide, .voicemail, .unknown,
        ]
        self = order.indices.contains(Int(libraryOrder)) ? order[Int(libraryOrder)] : .unknown
    }
}
