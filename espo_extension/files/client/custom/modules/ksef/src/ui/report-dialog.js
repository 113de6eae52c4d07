/** A dialog that reports line by line. */
define('modules/ksef/ui/report-dialog', [
    'modules/ksef/ui/dialog',
    'modules/ksef/ui/element',
], (dialog, {actions, element, label}) => {
    /** A cell as narrow as what it holds. */
    const narrow = (className, ...children) => {
        const cell = element('td', className, ...children);

        cell.style.width = '1%';
        cell.style.whiteSpace = 'nowrap';

        return cell;
    };

    const row = ({style, status, title, text, aside, actions: buttons = []}) => element('tr', '',
        narrow('', label(style, status)),
        element('td', '',
            title ? element('div', '', title) : '',
            text.some(Boolean) ? element('div', 'text-soft', ...text) : '',
            buttons.length ? actions(buttons) : '',
        ),
        narrow('text-muted text-right', aside || ''),
    );

    return {
        /**
         * @param {Object} report
         * @param {string} report.header
         * @param {string} report.close What the button says.
         * @param {{style: string, status: string, text: string}} [report.result]
         * @param {{style: string, status: string, title?: string, text: (string|Element)[], aside?: string|Element, actions?: Element[]}[]} report.rows
         * @param {string} [report.closing] A paragraph below.
         * @returns {{close: function()}}
         */
        show: report => {
            const {header, close, result, rows, closing} = report;

            return dialog.show({
                header,
                close,
                body: element('div', 'ksef-report',
                    result ? element('p', '', label(result.style, result.status), ' ', result.text) : '',
                    element('table', 'table', element('tbody', '', ...rows.map(row))),
                    closing ? element('p', '', closing) : '',
                ),
            });
        },
    };
});
