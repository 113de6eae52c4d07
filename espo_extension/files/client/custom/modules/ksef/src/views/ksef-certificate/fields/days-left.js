define('modules/ksef/views/ksef-certificate/fields/days-left', [
    'views/fields/base',
    'modules/ksef/days-left',
], (Base, daysLeft) => {
    const label = '{{#if text}}<span class="label label-md label-{{style}}">{{text}}</span>{{/if}}';

    /** However long they would have been valid. */
    const usable = ['Active', 'Inactive', 'Requested'];

    return class extends Base {
        detailTemplateContent = `${label}{{#unless text}}<span class="none-value">{{translate 'None'}}</span>{{/unless}}`
        listTemplateContent = label

        getAttributeList() {
            return [this.name, 'status'];
        }

        data() {
            const days = this.model.get(this.name);

            if (typeof days !== 'number') {
                return super.data();
            }

            const message = key => this.translate(key, 'messages', 'KsefCertificate');

            const style = usable.includes(this.model.get('status')) ? daysLeft.style(days) : 'default';

            return {...super.data(), text: daysLeft.inWords(days, message), style};
        }
    };
});
