define('modules/ksef/views/ksef-certificate/fields/facts', [
    'views/fields/base',
    'modules/ksef/certificate-facts',
], (Base, certificateFacts) => class extends Base {
    detailTemplateContent = '{{#if value}}{{value}}{{else}}<span class="none-value">{{translate \'None\'}}</span>{{/if}}'
    listTemplateContent = '{{value}}'

    getAttributeList() {
        return certificateFacts.attributes;
    }

    getValueForDisplay() {
        const message = key => this.translate(key, 'messages', 'KsefCertificate');
        const date = moment => {
            const dateTime = this.getDateTime();

            return dateTime.toMoment(moment).format(dateTime.getDateFormat());
        };

        return certificateFacts.sentence(this.model.attributes, message, date);
    }
});
