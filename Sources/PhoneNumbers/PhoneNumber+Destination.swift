import CPhoneNumber
package import Calls
import FoundationEssentials

extension PhoneNumber {
    /// What the gate asks of the numbering plans. `timeZone` is what whoever placed the call said of the callee's, an IANA name.
    ///
    /// About 10 µs; the first call loads the plans, which takes some 50 ms, and the first one to ask for the zones another 15. Without them
    /// the result says that they are unknown.
    package func destination(timeZone: String? = nil, withZones: Bool = true) -> Destination {
        var found = cphonenumber_advice()
        let isRead = cphonenumber_advise(description, &found)
        let region = isRead ? found.text(\.region) : ""
        let assumed = isRead && region.isEmpty ? found.text(\.main_region) : ""
        let country = region.isEmpty ? assumed : region
        return Destination(
            number: self,
            country: country.isEmpty ? nil : country,
            isCountryAssumed: region.isEmpty && !assumed.isEmpty,
            tariff: tariff(NumberAdvice.Kind(libraryOrder: isRead ? found.type : -1)),
            zones: withZones
                ? zones(timeZone, isGeographical: found.geographical, callingCode: Int(found.calling_code))
                : CalleeZones(zones: [], source: .unknown)
        )
    }

    /// Calling codes of satellite systems and of networks that belong to no country (ITU-T, List of Assigned Country Codes): Inmarsat
    /// 870, personal numbering 878, mobile satellite 881, international networks 882 and 883.
    private static let countrylessNetworks = ["870", "878", "881", "882", "883"]

    private func tariff(_ kind: NumberAdvice.Kind) -> Destination.Tariff {
        if Self.countrylessNetworks.contains(where: digits.hasPrefix) { return .satellite }
        // International premium rate and shared cost, also where the plans do not know the number.
        if kind == .premiumRate || digits.hasPrefix("979") { return .premiumRate }
        if kind == .sharedCost || digits.hasPrefix("808") { return .sharedCost }
        return .standard
    }

    private func zones(_ given: String?, isGeographical: Bool, callingCode: Int) -> CalleeZones {
        if let given, let zone = CalleeZones.zone(given) { return CalleeZones(zones: [zone], source: .request) }
        let digits = isGeographical ? digits : String(callingCode)
        guard let (prefix, zones) = NumberZones.shared.zones(of: digits) else {
            return CalleeZones(zones: [], source: .unknown)
        }
        return CalleeZones(zones: zones, source: isGeographical ? .numberRange(prefix) : .callingCode(prefix))
    }
}

extension cphonenumber_advice {
    /// A field that holds text and then zeros.
    func text(_ field: KeyPath<Self, (CChar, CChar, CChar, CChar)>) -> String {
        withUnsafeBytes(of: self[keyPath: field]) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
