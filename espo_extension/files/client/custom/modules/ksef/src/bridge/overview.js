/** The answer of KsefBridge/overview as a table of numbers that lead to what they count. */
define('modules/ksef/bridge/overview', ['modules/ksef/ui/element'], ({element, label}) => {
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

        made.href = `#${entity}/list/fromAdmin=true&primaryFilter=${filter}`;

        return made;
    };

    const number = (count, style) => {
        const cell = element('td', '', label(count ? style : 'default', String(count)));

        cell.style.width = '1%';

        return cell;
    };

    const checkedAt = (moments, moment) => moments ?
        ` (${[...new Set(moments.map(moment))].join(' – ')})` :
        '';

    return {
        /**
         * @param {Object} overview The answer.
         * @param {Object} language EspoCRM's
         * @param {{isBridgeReady: boolean, moment: function(string): string}} now Whether the bridge answers;
         *   a date and time of EspoCRM as the user reads it.
         * @returns {HTMLElement}
         */
        of: (overview, language, {isBridgeReady, moment}) => element('table', 'table', element('tbody', '',
            ...lines.map(([entity, group, filter, style]) => {
                const isOld = filter === 'connected';
                const row = element('tr', '',
                    number(overview[group][filter], isOld && !isBridgeReady ? 'default' : style),
                    element('td', '',
                        link(entity, filter, language.translate(`overview_${filter}`, 'messages', scope)),
                        isOld ? checkedAt(overview.connectedCheckedAt, moment) : '',
                    ),
                );

                row.dataset.name = filter;

                return row;
            }),
        )),
    };
});
