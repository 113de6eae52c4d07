/** The answer of KsefBridge/overview as a table of numbers that lead to what they count. */
define('modules/ksef/overview-report', ['modules/ksef/element'], ({element, label}) => {
    const scope = 'Settings';

    // What is well needs no colour when there is none of it.
    const lines = [
        ['KsefProfile', 'profiles', 'connected', 'success'],
        ['KsefProfile', 'profiles', 'failed', 'danger'],
        ['KsefProfile', 'profiles', 'notTested', 'warning'],
        ['KsefCertificate', 'certificates', 'endingSoon', 'warning'],
        ['KsefCertificate', 'certificates', 'endedInUse', 'danger'],
    ];

    const link = (entity, filter, text) => {
        const made = element('a', '', text);

        made.href = `#${entity}/list/primaryFilter=${filter}`;

        return made;
    };

    const number = (count, style) => {
        const cell = element('td', '', label(count ? style : 'default', String(count)));

        cell.style.width = '1%';

        return cell;
    };

    return {
        /** @returns {HTMLElement} */
        of: (overview, language) => element('table', 'table', element('tbody', '',
            ...lines.map(([entity, group, filter, style]) => {
                const row = element('tr', '',
                    number(overview[group][filter], style),
                    element('td', '', link(entity, filter, language.translate(`overview_${filter}`, 'messages', scope))),
                );

                row.dataset.name = filter;

                return row;
            }),
        )),
    };
});
