define('modules/ksef/views/ksef-certificate/fields/days-left', [
    'views/fields/base',
    'modules/ksef/certificate/days-left',
], (Base, daysLeft) => {
    // However narrow the column, no word of it is cut.
    const label = `{{#if text}}<span
        class="label label-md label-{{style}}" style="display: inline-block; white-space: normal"
        >{{text}}</span>{{/if}}`;

    /** However long they would have been valid. */
    const usable = ['Active', 'Inactive', 'Requested'];

    return class extends Base {
        detailTemplateContent = `${label}{{#unless text}}<span class="none-value">{{translate 'None'}}</span>{{/unless}}`
        listTemplateContent = label

        getAttributeList() {
            return daysLeft.attributes;
        }

        data() {
            const days = this.model.get(this.name);

            if (typeof days !== 'number') {
                return super.data();
            }

            const message = key => this.translate(key, 'messages', 'KsefCertificate');

            const ended = daysLeft.ended(this.model.attributes, message, daysLeft.dateOf(this));
            const style = usable.includes(this.model.get('status')) ? daysLeft.style(days) : 'default';

            return {...super.data(), text: ended || daysLeft.inWords(days, message), style};
        }
    };
});
