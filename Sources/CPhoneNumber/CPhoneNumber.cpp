#include "CPhoneNumber.h"

#include <cstring>
#include <string>

#include <phonenumbers/phonenumber.pb.h>
#include <phonenumbers/phonenumberutil.h>

extern "C" bool cphonenumber_advise(const char *number, cphonenumber_advice *advice) {
    *advice = cphonenumber_advice{};
    advice->type = -1;
    try {
        using i18n::phonenumbers::PhoneNumber;
        using i18n::phonenumbers::PhoneNumberUtil;
        const PhoneNumberUtil &plan = *PhoneNumberUtil::GetInstance();
        PhoneNumber parsed;
        if (plan.Parse(number, "ZZ", &parsed) != PhoneNumberUtil::NO_PARSING_ERROR) {
            return false;
        }
        std::string region;
        plan.GetRegionCodeForNumber(parsed, &region);
        if (region != "ZZ") std::strncpy(advice->region, region.c_str(), sizeof advice->region - 1);
        advice->type = static_cast<int>(plan.GetNumberType(parsed));
        advice->possible = plan.IsPossibleNumber(parsed);
        advice->valid = plan.IsValidNumber(parsed);
        advice->calling_code = parsed.country_code();
        std::string main;
        plan.GetRegionCodeForCountryCode(parsed.country_code(), &main);
        if (main != "ZZ") std::strncpy(advice->main_region, main.c_str(), sizeof advice->main_region - 1);
        advice->geographical = plan.IsNumberGeographical(parsed);
        return true;
    } catch (...) {
        *advice = cphonenumber_advice{};
        advice->type = -1;
        return false;
    }
}

extern "C" cphonenumber_read_result cphonenumber_read(const char *text, const char *region, char *e164, int size) {
    try {
        using i18n::phonenumbers::PhoneNumber;
        using i18n::phonenumbers::PhoneNumberUtil;
        const PhoneNumberUtil &plan = *PhoneNumberUtil::GetInstance();
        PhoneNumber parsed;
        switch (plan.Parse(text, region, &parsed)) {
        case PhoneNumberUtil::NO_PARSING_ERROR: break;
        case PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR: return cphonenumber_read_no_country;
        case PhoneNumberUtil::TOO_SHORT_AFTER_IDD:
        case PhoneNumberUtil::TOO_SHORT_NSN: return cphonenumber_read_too_short;
        case PhoneNumberUtil::TOO_LONG_NSN: return cphonenumber_read_too_long;
        default: return cphonenumber_read_no_number;
        }
        if (!parsed.extension().empty()) return cphonenumber_read_extension;
        if (text[0] != '+') {
            switch (plan.IsPossibleNumberWithReason(parsed)) {
            case PhoneNumberUtil::IS_POSSIBLE: break;
            case PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY: return cphonenumber_read_local;
            case PhoneNumberUtil::TOO_SHORT: return cphonenumber_read_too_short;
            case PhoneNumberUtil::TOO_LONG: return cphonenumber_read_too_long;
            default: return cphonenumber_read_no_number;
            }
        }
        std::string formatted;
        plan.Format(parsed, PhoneNumberUtil::E164, &formatted);
        if (formatted.size() >= static_cast<size_t>(size)) return cphonenumber_read_too_long;
        std::memcpy(e164, formatted.c_str(), formatted.size() + 1);
        return cphonenumber_read_done;
    } catch (...) {
        return cphonenumber_read_no_number;
    }
}

extern "C" bool cphonenumber_is_region(const char *region) {
    try {
        using i18n::phonenumbers::PhoneNumberUtil;
        return PhoneNumberUtil::GetInstance()->GetCountryCodeForRegion(region) != 0;
    } catch (...) {
        return false;
    }
}
