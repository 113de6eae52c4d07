/** The answer of KsefBridge/announcements as elements of a page. */
define('modules/ksef/bridge/announcements', [
    'modules/ksef/messages/filled-text',
    'modules/ksef/ui/element',
], ({fill}, {element, label, message}) => {
    const scope = 'Settings';
    const styles = {AVAILABLE: 'success', MAINTENANCE: 'warning', FAILURE: 'danger', TOTAL_FAILURE: 'danger'};

    return {
        /**
         * @param {Object[]} environments Those of the answer.
         * @param {Object} language EspoCRM's
         * @param {Object} texts A MessageText.
         * @param {function(string): string} moment A date and time of EspoCRM as the user reads it.
         * @returns {HTMLElement}
         */
        of: (environments, language, texts, moment) => {
            const text = (key, values = {}) => fill(language.translate(key, 'messages', scope), values);
            const named = status => texts.inWords('announcedStatus', status);

            const period = ({start, end}) => {
                const values = {start: start && moment(start), end: end && moment(end)};

                return text(!start ? 'announcedWithoutStart' : `announced${end ? 'FromUntil' : 'From'}`, values);
            };

            const words = content => {
                const made = element('div', 'text-muted', content);

                made.style.whiteSpace = 'pre-line';
                made.style.overflowWrap = 'anywhere';

                return made;
            };

            const announcement = each => element('div', 'ksef-announcement margin-top',
                label(each.isCurrent ? styles[each.category] || 'warning' : 'default', named(each.category)),
                ' ',
                element('strong', '', each.title || each.id),
                element('div', '', period(each), each.isCurrent ? '' : ` (${text('announcedAhead')})`),
                words(each.text),
            );

            const state = each => {
                if (each.status === null) {
                    return label('default', text(each.isBeingAsked ? 'announcementsBeingAsked' : 'announcedUnknown'));
                }

                return label(styles[each.status] || 'warning', named(each.status));
            };

            const environment = each => {
                const made = element('div', 'ksef-announced',
                    element('div', '',
                        element('strong', '', language.translateOption(each.environment, 'environment', 'KsefProfile')),
                        ' ',
                        state(each),
                        each.answeredAt ? element('span', 'text-muted',
                            ` ${text('announcedAsOf', {moment: moment(each.answeredAt)})}`) : '',
                    ),
                    ...each.announcements.map(announcement),
                    each.problem && !each.isBeingAsked ? element('div', 'text-muted',
                        message(texts.of(each.problem)), ' ', texts.link(each.problem.code)) : '',
                    each.environment === 'Production' ? '' :
                        element('div', 'text-muted', text('announcedInvented')),
                );

                made.dataset.environment = each.environment;
                made.style.marginBottom = '12px';

                return made;
            };

            return element('div', '', ...environments.map(environment));
        },
    };
});
